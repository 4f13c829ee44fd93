import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { originalKey, variantKey } from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorker } from '../testing/start-worker.js';
import { GRACE_MS, removeOrphans } from './orphans.js';

let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(async () => {
  await worker.stop();
  await worker.dispose();
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of worker.platform.storage.list('')) found.push(key);
  return found;
}

it('deletes what no row names once its grace is over, and nothing else', async () => {
  const id = await worker.upload(await drawJpeg({ width: 40, height: 30 }));
  await worker.until(id, ({ variants }) => variants.length === 8);
  const owned = await keys();
  const lost = randomUUID();
  const stray = [originalKey(lost, 'image/png'), variantKey(lost, 'small', 1, 'jpeg')];
  const foreign = 'uploads/readme.txt';
  for (const key of [...stray, foreign]) {
    await worker.platform.storage.put(key, Readable.from([Buffer.from('bytes')]), {
      contentType: 'image/png',
    });
  }

  expect(await removeOrphans(worker.platform)).toBe(0);
  expect((await keys()).length).toBe(owned.length + 3);

  expect(await removeOrphans(worker.platform, Date.now() + GRACE_MS + 1_000)).toBe(2);
  expect((await keys()).toSorted()).toEqual([...owned, foreign].toSorted());
});
