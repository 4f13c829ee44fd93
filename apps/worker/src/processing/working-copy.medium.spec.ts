import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueImage } from '@darkroom/catalogue';
import { PictureFault } from '@darkroom/errors';
import { createFolderStorage, type ObjectStorage } from '@darkroom/storage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createImageId } from '../testing/start-worker.js';
import { withWorkingCopy } from './working-copy.js';

const image = { id: createImageId(), contentType: 'image/jpeg' } as CatalogueImage;
const full = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));

let folder: string;
let storage: ObjectStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-copy-'));
  storage = await createFolderStorage({ root: join(folder, 'media'), linkSecret: 'x' });
});
afterEach(() => rm(folder, { recursive: true }));

const lend = (work: () => Promise<unknown>, from: ObjectStorage = storage) =>
  withWorkingCopy({ storage: from, folder }, image, new AbortController().signal, work);

it('reports original_missing when storage does not have the original', async () => {
  await expect(lend(full)).rejects.toMatchObject({ code: 'original_missing' });
  expect(await readdir(folder)).toEqual(['media']);
});

it.each([
  ['while the original is fetched', 'fetch'],
  ['while variants are written', 'work'],
])('reports a disk that is full %s as unavailable, not as an error of the picture', async (_, when) => {
  const fetchFile: ObjectStorage['fetchFile'] =
    when === 'fetch' ? full : async (__, path) => writeFile(path, 'bytes').then(() => true);
  const from = { fetchFile } as ObjectStorage;
  await expect(lend(full, from)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await readdir(folder)).toEqual(['media']);
});

it('passes an error of the picture on unchanged', async () => {
  const from = { fetchFile: () => Promise.resolve(true) } as unknown as ObjectStorage;
  const fault = new PictureFault('corrupt_image');
  await expect(lend(() => Promise.reject(fault), from)).rejects.toBe(fault);
});
