import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawAnimatedWebp, drawJpeg, drawPng } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Raster, ssim } from './testing/ssim.js';
import { createWorkbench, type ReadVariant, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** The slow, sure way: converted and decoded in full, one resize, and the same encoder behind it. */
async function reference(original: Buffer, { width, height }: ReadVariant): Promise<Raster> {
  const jpeg = await sharp(original, { limitInputPixels: false })
    .autoOrient()
    .resize(width, height, { fit: 'fill', fastShrinkOnLoad: false })
    .withIccProfile('srgb', { attach: false })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 80, chromaSubsampling: '4:2:0' })
    .toBuffer();
  return raster(jpeg);
}

async function raster(encoded: Buffer): Promise<Raster> {
  const { data, info } = await sharp(encoded)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function expectSimilar(original: Buffer): Promise<void> {
  const { variants } = await bench.process(original);
  for (const variant of variants) {
    const [made, sure] = [await raster(variant.data), await reference(original, variant)];
    expect([made.width, made.height]).toEqual([variant.width, variant.height]);
    expect(ssim(made, sure)).toBeGreaterThanOrEqual(0.98);
  }
}

describe('variants look as if made the slow way', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['a photograph of 12 megapixels', () => drawJpeg({ width: 4000, height: 3000 })],
    ['a photograph of odd sides', () => drawJpeg({ width: 2725, height: 2225 })],
    ['a photograph of 24 megapixels', () => drawJpeg({ width: 6000, height: 4000 })],
    ['a photograph in Display P3', () => drawJpeg({ width: 3200, height: 2400, icc: 'p3' })],
    ['a photograph in sRGB by a profile', () => drawJpeg({ width: 3200, height: 2400, icc: 'srgb' })],
    ['a photograph that lies on its side', () => drawJpeg({ width: 3200, height: 2400, orientation: 6 })],
    ['a mirrored photograph', () => drawJpeg({ width: 1700, height: 1300, orientation: 5 })],
    ['a drawing with alpha', () => drawPng({ width: 2000, height: 1500, alpha: true })],
    ['an animation', () => drawAnimatedWebp({ width: 400, height: 300 })],
    ['a line', () => drawPng({ width: 16_000, height: 10 })],
    ['a single pixel', () => drawPng({ width: 1, height: 1 })],
  ])('%s', async (_, draw) => expectSimilar(await draw()));
});

const photos = join(import.meta.dirname, '../../../../shared/images/photos');
describe.runIf(existsSync(photos))('real pictures look as if made the slow way', () => {
  const names = existsSync(photos) ? readdirSync(photos).filter((name) => name.endsWith('.jpg')) : [];
  it.each(names)('%s', async (name) => expectSimilar(readFileSync(join(photos, name))));
});
