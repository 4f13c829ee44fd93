import { drawPng } from '@darkroom/testing';
import { afterEach, expect, it } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.js';

let worker: TestWorker;
afterEach(async () => {
  await worker.stop();
  await worker.dispose();
});

it.each([
  ['jpeg', ['jpeg']],
  ['jpeg,webp', ['jpeg', 'webp']],
  ['avif,jpeg', ['jpeg', 'avif']],
  ['jpeg,webp,avif', ['jpeg', 'webp', 'avif']],
])('with DARKROOM_FORMATS=%s a picture gets exactly these formats', async (setting, formats) => {
  worker = await startWorker({ DARKROOM_FORMATS: setting, DARKROOM_WORKER_CONCURRENCY: '1' });
  const picture = await drawPng({ width: 300, height: 200 });
  const first = await worker.upload(picture);
  const hasAll = (image: { variants: readonly unknown[] }) => image.variants.length === 4 * formats.length;
  const image = await worker.until(first, hasAll);
  expect([...new Set(image.variants.map(({ format }) => format))]).toEqual(formats);
  // A surplus job for the first picture would be done by the time the second picture is.
  await worker.until(await worker.upload(picture), hasAll);
  expect((await worker.read(first)).variants).toEqual(image.variants);
});
