import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OriginalContentType } from '@darkroom/contracts';
import { drawJpeg, drawPng } from '@darkroom/testing';

export interface BenchPicture {
  name: string;
  path: string;
  contentType: OriginalContentType;
  megapixels: number;
  /** The factor by which libjpeg can shrink the picture while decoding, and keep at least 1,600 pixels. */
  shrinkOnLoad: number;
}

/** Draws the pictures into a folder. Later runs reuse the files, since each picture is always drawn the same. */
export async function benchPictures(folder: string): Promise<BenchPicture[]> {
  await mkdir(folder, { recursive: true });
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
    const path = join(folder, file);
    if ((await stat(path).catch(() => null)) === null) await writeFile(path, await draw());
    made.push({
      name,
      path,
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
