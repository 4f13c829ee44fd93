import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawJpeg } from '@darkroom/testing';
import { startWorker, type TestWorker } from '../testing/start-worker.js';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.dispose());

it('a worker is listed as alive from its start until its orderly shutdown', async () => {
  const { workers } = worker.platform.catalogue;
  const [own, ...others] = await workers.alive();
  expect(own).toMatchObject({ concurrency: 2, inHand: 0 });
  expect(others).toEqual([]);
  const id = await worker.upload(await drawJpeg({ width: 64, height: 48 }));
  await worker.until(id, ({ status }) => status === 'ready');
  await worker.stop();
  expect(await workers.alive()).toEqual([]);
});
