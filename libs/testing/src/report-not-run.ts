import { appendFile } from 'node:fs/promises';

/**
 * Reports tests that this machine cannot run. `npm test` lists them at its end; with `CI=true` they count as failed.
 *
 * @param what - what is missing, e.g. `a browser`
 * @param reason - why, in one sentence
 * @param options - `optional`: an extra that any machine may skip, including CI
 */
export async function reportNotRun(
  what: string,
  reason: string,
  { optional = false }: { optional?: boolean } = {},
): Promise<void> {
  const file = process.env['DARKROOM_TEST_REPORT'];
  if (file === undefined) {
    process.stderr.write(`Not run with ${what}: ${reason}\n`);
    return;
  }
  await appendFile(file, `${JSON.stringify({ what, reason, ...(optional && { optional }) })}\n`);
}
