import { readFile } from 'node:fs/promises';
import { drawJpeg, services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { UploadAnswer } from '@darkroom/contracts';
import { inParallel } from './testing/in-parallel.js';
import { SlowUpload } from './testing/slow-upload.js';
import { type StackOptions, withStack } from './testing/stack.js';

const MIB = 1024 * 1024;
const UPLOADS = 20;
/** Just below the largest file that the api accepts. */
const BYTES = 50 * MIB - 1000;
const LIMIT = 300;

/** The start of a picture, then random bytes, which do not compress. The api checks only the start. */
async function* largeFile(head: Buffer): AsyncGenerator<Uint8Array> {
  yield head;
  const filler = new Uint8Array(64 * 1024);
  crypto.getRandomValues(filler);
  for (let left = BYTES - head.length; left > 0; left -= filler.length) {
    yield left < filler.length ? filler.subarray(0, left) : filler;
  }
}

/** Peak memory of a process, in MiB. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kilobytes) / 1024;
}

const storages: { storage: NonNullable<StackOptions['storage']>; available: boolean }[] = [
  { storage: 'folder', available: true },
  { storage: 's3', available: services().s3 !== undefined },
];

describe.skipIf(process.platform !== 'linux')('memory of the api (read from /proc, Linux only)', () => {
  for (const { storage, available } of storages) {
    it.skipIf(!available)(
      `stays below ${LIMIT} MB for ${UPLOADS} uploads of 50 MB at once, on ${storage}`,
      async () => {
        await withStack({ workers: 0, storage }, async ({ apis: [api], client }) => {
          if (api === undefined) throw new Error('no api is running');
          const head = await drawJpeg({ width: 64, height: 48 });
          const started = performance.now();
          const names = Array.from({ length: UPLOADS }, (_, index) => `${index}.jpg`);
          const answers = await inParallel(names, UPLOADS, async (name) => {
            const upload = new SlowUpload(client.base, name);
            for await (const chunk of largeFile(head)) await upload.send(chunk);
            return upload.finish();
          });
          const seconds = ((performance.now() - started) / 1000).toFixed(1);
          expect(answers.map(({ status }) => status)).toEqual(Array<number>(UPLOADS).fill(202));
          for (const { body } of answers)
            expect(UploadAnswer.parse(JSON.parse(body)).items[0]?.bytes).toBe(BYTES);
          const peak = await peakMemory(api.pid);
          process.stdout.write(
            `${UPLOADS} uploads of 50 MB at once on ${storage}: ${seconds} s, peak memory of the api ${peak.toFixed(0)} MiB\n`,
          );
          expect((peak * MIB) / 1e6).toBeLessThan(LIMIT);
        });
      },
    );
  }
});
