import { unavailable } from '@darkroom/errors';
import { drawJpeg } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.js';

let worker: TestWorker;
let picture: Buffer;
beforeAll(async () => {
  worker = await startWorker();
  await worker.pauseReconciler();
  picture = await drawJpeg({ width: 40, height: 30 });
});
afterAll(async () => {
  await worker.stop();
  await worker.dispose();
});

async function keys(id: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of worker.platform.storage.list('')) if (key.includes(id)) found.push(key);
  return found;
}

const waiting = () => worker.upload(picture, { isEnqueued: false });
const isWhole = ({ variants }: { variants: readonly unknown[] }) => variants.length === 8;

describe('a job that runs twice', () => {
  it('has the result of one run when both run at the same time', async () => {
    const imageId = await waiting();
    const process = () => worker.run('process-image', { imageId, run: 1 });
    await Promise.all([process(), process()]);
    const whole = await worker.until(imageId, isWhole);
    expect(whole).toMatchObject({ status: 'ready', run: 1, error: null });
    expect(await keys(imageId)).toHaveLength(9);
    // Both runs enqueued the same job. It is done by the time the jobs below are.
    const encode = () => worker.run('encode-format', { imageId, run: 1, format: 'webp' });
    await Promise.all([encode(), encode()]);
    const { variants } = await worker.read(imageId);
    expect(variants).toEqual(whole.variants);
    expect(await keys(imageId)).toHaveLength(9);
  });

  it('changes nothing when it runs again after its end', async () => {
    const imageId = await waiting();
    await worker.run('process-image', { imageId, run: 1 });
    const whole = await worker.until(imageId, isWhole);
    await worker.run('process-image', { imageId, run: 1 });
    expect(await worker.read(imageId)).toEqual(whole);
  });

  it('restores nothing and leaves no byte when its picture was deleted', async () => {
    const imageId = await waiting();
    const { processing, images } = worker.platform.catalogue;
    const { complete } = processing;
    // The delete arrives after the variants are written and before they are committed.
    processing.complete = async (...about) => {
      await images.delete('ada', imageId);
      await worker.run('remove-bytes', { imageId });
      return complete.apply(processing, about);
    };
    expect(await keys(imageId)).toHaveLength(1);
    await worker.run('process-image', { imageId, run: 1 });
    processing.complete = complete;
    expect(await keys(imageId)).toEqual([]);
    await worker.run('process-image', { imageId, run: 1 });
    await worker.run('encode-format', { imageId, run: 1, format: 'webp' });
    await worker.run('remove-bytes', { imageId });
    expect(await keys(imageId)).toEqual([]);
    expect(await processing.exists(imageId)).toBe(false);
  });

  it('does not touch the newer run after a retry', async () => {
    const imageId = await waiting();
    const { processing, images } = worker.platform.catalogue;
    await processing.fail(imageId, 1, { code: 'internal', message: 'It failed.' });
    await images.retry('ada', imageId);
    await worker.run('process-image', { imageId, run: 1 });
    expect(await worker.read(imageId)).toMatchObject({ status: 'queued', run: 2 });
    expect(await keys(imageId)).toHaveLength(1);
    await worker.run('process-image', { imageId, run: 2 });
    expect(await worker.until(imageId, isWhole)).toMatchObject({ status: 'ready', run: 2 });
  });

  it('does not remove the bytes of a picture that exists', async () => {
    const imageId = await waiting();
    await worker.run('remove-bytes', { imageId });
    expect(await keys(imageId)).toHaveLength(1);
  });
});

it('a picture waits while storage is down, and is ready afterwards', async () => {
  const { storage } = worker.platform;
  const { fetchFile } = storage;
  let tries = 0;
  storage.fetchFile = (...about) => {
    tries += 1;
    if (tries < 3) return Promise.reject(unavailable('storage'));
    return fetchFile.apply(storage, about);
  };
  const id = await worker.upload(picture);
  expect(await worker.until(id, isWhole)).toMatchObject({ status: 'ready', error: null });
  storage.fetchFile = fetchFile;
  expect(tries).toBeGreaterThanOrEqual(3);
});

it('a ready picture fails with original_missing when a format is made and its original is gone', async () => {
  const imageId = await waiting();
  const { storage } = worker.platform;
  const { fetchFile } = storage;
  storage.fetchFile = (...about) =>
    about[0].includes(imageId) ? Promise.resolve(false) : fetchFile.apply(storage, about);
  const { processing } = worker.platform.catalogue;
  await processing.start(imageId, 1);
  const facts = { width: 1, height: 1, thumbhash: 'AA==', frames: 1 };
  const unknown = { takenAt: null, camera: null, colourProfile: null, dominantColour: null };
  await processing.complete(imageId, 1, { ...facts, ...unknown }, [], ['webp']);
  await worker.run('encode-format', { imageId, run: 1, format: 'webp' });
  storage.fetchFile = fetchFile;
  expect(await worker.read(imageId)).toMatchObject({
    status: 'failed',
    error: { code: 'original_missing' },
  });
});
