import { setTimeout as pause } from 'node:timers/promises';
import type { Image } from '@darkroom/contracts';
import type { Client, NamedFile } from '../testing/client.js';
import { inParallel } from '../testing/in-parallel.js';

export interface ClientUploads {
  /** The accepted pictures, in the order of the files. */
  readonly images: readonly Image[];
  /** Answers that asked to wait, by code: `too_much_waiting` for waiting work. */
  readonly refusals: Readonly<Record<string, number>>;
}

/**
 * Uploads files with several clients at once, as docs/operations.md advises: each upload has a key, and after a 429 it is
 * sent again when the time in `Retry-After` is over.
 *
 * @param onWait - called for each answer that asks to wait
 * @throws Error at any other answer
 */
export async function uploadAsClients(
  client: Client,
  files: readonly NamedFile[],
  clients: number,
  onWait?: () => void,
): Promise<ClientUploads> {
  const refusals: Record<string, number> = {};
  const images = await inParallel(files, clients, async (file) => {
    for (;;) {
      const answer = await client.post([file], { 'idempotency-key': `many-${file.name}` });
      if (answer.status === 429) {
        const { code } = await client.problem(answer);
        refusals[code] = (refusals[code] ?? 0) + 1;
        onWait?.();
        await pause(Number(answer.headers.get('retry-after')) * 1_000);
        continue;
      }
      const [image] = answer.status === 202 ? client.accepted(await answer.json()) : [];
      if (image === undefined) throw new Error(`${file.name}: ${answer.status} ${await answer.text()}`);
      return image;
    }
  });
  return { images, refusals };
}
