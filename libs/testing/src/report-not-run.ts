import { appendFile } from 'node:fs/promises';

/**
 * Makes `npm test` name at its end something that this machine cannot run; with `CI=true` that is a failure.
 *
 * @param what - what is missing, e.g. `a browser`
 * @param reason - why, in one sentence
 * @param options - `optional`: an extra that every machine may leave out, CI too
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
