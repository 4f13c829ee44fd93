import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OriginalContentType } from '@darkroom/contracts';
import { drawJpeg, drawPng } from '@darkroom/testing';
import { drawPhotograph } from './draw-photograph.js';

export interface BenchPicture {
  name: string;
  path: string;
  contentType: OriginalContentType;
  megapixels: number;
  /** The factor by which the engine lets libjpeg shrink the picture while decoding. */
  shrinkOnLoad: number;
}

/** Sizes that cameras and telephones make, and that people upload. */
const PHOTOGRAPHS = [
  { megapixels: 1, width: 1152, height: 864, shrinkOnLoad: 1 },
  { megapixels: 2, width: 1632, height: 1224, shrinkOnLoad: 1 },
  { megapixels: 4, width: 2304, height: 1728, shrinkOnLoad: 1 },
  { megapixels: 6, width: 2832, height: 2128, shrinkOnLoad: 1 },
  { megapixels: 8, width: 3264, height: 2448, shrinkOnLoad: 1 },
  { megapixels: 12, width: 4032, height: 3024, shrinkOnLoad: 2 },
  { megapixels: 24, width: 6000, height: 4000, shrinkOnLoad: 2 },
] as const;

/** Draws a JPEG of every common size, with the entropy of a photograph, into a folder, as {@link benchPictures} does. */
export async function benchPhotographs(folder: string): Promise<BenchPicture[]> {
  const made: BenchPicture[] = [];
  for (const { megapixels, width, height, shrinkOnLoad } of PHOTOGRAPHS) {
    const path = await drawn(folder, `photograph-${megapixels}.jpg`, () => drawPhotograph(width, height));
    const name = `${megapixels} MP photograph`;
    made.push({ name, path, megapixels, shrinkOnLoad, contentType: 'image/jpeg' });
  }
  return made;
}

/** Draws a picture unless its file is there. @returns its path */
async function drawn(folder: string, file: string, draw: () => Promise<Buffer>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, file);
  if ((await stat(path).catch(() => null)) === null) await writeFile(path, await draw());
  return path;
}

/** Draws the pictures into a folder. Later runs reuse the files, since each picture is always drawn the same. */
export async function benchPictures(folder: string): Promise<BenchPicture[]> {
  const jpeg = (width: number, height: number, icc?: string) => () =>
    drawJpeg({ width, height, quality: 88, ...(icc === undefined ? {} : { icc }) });
  const pictures = [
    { name: '12 MP JPEG, no profile', file: '12.jpg', megapixels: 12, draw: jpeg(4000, 3000) },
    { name: '12 MP JPEG, sRGB', file: '12-srgb.jpg', megapixels: 12, draw: jpeg(4000, 3000, 'srgb') },
    { name: '12 MP JPEG, Display P3', file: '12-p3.jpg', megapixels: 12, draw: jpeg(4000, 3000, 'p3') },
    { name: '24 MP JPEG, no profile', file: '24.jpg', megapixels: 24, draw: jpeg(6000, 4000) },
    {
      name: '6 MP PNG with alpha',
      file: '6.png',
      megapixels: 6,
      draw: () => drawPng({ width: 3000, height: 2000, alpha: true }),
    },
  ];
  const made: BenchPicture[] = [];
  for (const { name, file, megapixels, draw } of pictures) {
    made.push({
      name,
      path: await drawn(folder, file, draw),
      megapixels,
      shrinkOnLoad: 2,
      contentType: file.endsWith('.png') ? 'image/png' : 'image/jpeg',
    });
  }
  // The decoders may read only this folder.
  const heic = join(folder, '12.heic');
  await copyFile(HEIC_FIXTURE, heic);
  return [
    ...made,
    { name: '12 MP HEIC', path: heic, megapixels: 12, shrinkOnLoad: 1, contentType: 'image/heic' },
  ];
}

/** A stored file, because the project has no HEVC encoder. See README.md in the same folder. */
const HEIC_FIXTURE = fileURLToPath(new URL('../fixtures/12.heic', import.meta.url));
