import type { VariantFormat } from '@darkroom/contracts';
import {
  drawAnimatedWebp,
  drawJpeg,
  drawLandscape,
  drawPixels,
  drawPng,
  givenPictures,
} from '@darkroom/testing';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Raster, ssim } from './testing/ssim.js';
import { createWorkbench, type ReadVariant, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SIMILARITY_MIN = 0.98;
/** How much less similar WebP may be to the exact picture than WebP made the slow way: each is blurred differently. */
const WEBP_LOSS_MAX = 0.01;
/** Relative to the size of the reference. Each way of shrinking keeps the grain of the drawings differently. */
const SIZE_MIN = 0.75;
const SIZE_MAX = 1.5;
/** A smaller file consists mostly of headers. */
const BYTES_MIN = 2000;

/** The slow reference: converted and decoded at full size, and resized once. */
async function slow(original: Buffer, { width, height }: ReadVariant, page: number): Promise<Sharp> {
  const { hasProfile } = await sharp(original).metadata();
  const resized = sharp(original, { limitInputPixels: false, page })
    .autoOrient()
    .resize(width, height, { fit: 'fill', fastShrinkOnLoad: false });
  return hasProfile ? resized.withIccProfile('srgb', { attach: false }) : resized;
}

function encodeSlowly(resized: Sharp, format: VariantFormat): Promise<Buffer> {
  return format === 'webp'
    ? resized.webp({ quality: 78, effort: 2 }).toBuffer()
    : resized.flatten({ background: '#ffffff' }).jpeg({ quality: 80, chromaSubsampling: '4:2:0' }).toBuffer();
}

/** The picture as displayed on white. */
async function raster(encoded: Buffer, page = 0): Promise<Raster> {
  const { data, info } = await sharp(encoded, { page })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function expectSimilarFrame(original: Buffer, variant: ReadVariant, frame = 0): Promise<void> {
  const resized = await slow(original, variant, frame);
  const sure = await encodeSlowly(resized.clone(), variant.format);
  const made = await raster(variant.data, frame);
  expect([made.width, made.height]).toEqual([variant.width, variant.height]);
  if (variant.format === 'webp') {
    const exact = await raster(await resized.png({ compressionLevel: 1 }).toBuffer());
    const loss = ssim(await raster(sure), exact) - ssim(made, exact);
    expect(loss).toBeLessThanOrEqual(WEBP_LOSS_MAX);
  } else {
    // Rounded to three places: a thumbnail of a photograph has had 0.97999.
    expect(Math.round(ssim(made, await raster(sure)) * 1000) / 1000).toBeGreaterThanOrEqual(SIMILARITY_MIN);
  }
  const { pages = 1 } = await sharp(variant.data).metadata();
  const size = sure.length < BYTES_MIN || pages > 1 ? 1 : variant.data.length / sure.length;
  expect(size).toBeGreaterThan(SIZE_MIN);
  expect(size).toBeLessThan(SIZE_MAX);
}

async function expectSimilar(original: Buffer): Promise<void> {
  const { variants } = await bench.process(original);
  for (const variant of variants) await expectSimilarFrame(original, variant);
}

async function expectSimilarWebp(original: Buffer): Promise<void> {
  for (const variant of await bench.encode(original, 'webp')) await expectSimilarFrame(original, variant);
}

const pixels = (width: number, height: number): Sharp =>
  sharp(drawPixels({ width, height }), { raw: { width, height, channels: 3 } });

describe('variants look as if made the slow way', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['a photograph of 12 megapixels', () => drawJpeg({ width: 4000, height: 3000 })],
    ['a photograph with odd sides', () => drawJpeg({ width: 2725, height: 2225 })],
    ['a progressive photograph', () => pixels(1200, 900).jpeg({ progressive: true }).toBuffer()],
    ['a photograph in Display P3', () => drawJpeg({ width: 3200, height: 2400, icc: 'p3' })],
    ['a photograph with an sRGB profile', () => drawJpeg({ width: 1800, height: 1350, icc: 'srgb' })],
    ['a photograph for print', () => drawJpeg({ width: 1200, height: 900, icc: 'cmyk' })],
    [
      'a photograph for print without a profile',
      () => pixels(1200, 900).toColourspace('cmyk').jpeg().toBuffer(),
    ],
    ['a grey photograph', () => pixels(1200, 900).toColourspace('b-w').jpeg().toBuffer()],
    ['a drawing with alpha', () => drawPng({ width: 2000, height: 1500, alpha: true })],
    [
      'a drawing of 16 bits',
      () => pixels(1200, 900).toColourspace('rgb16').png({ compressionLevel: 1 }).toBuffer(),
    ],
    ['a line', () => drawPng({ width: 16_000, height: 10 })],
    ['a single pixel', () => drawPng({ width: 1, height: 1 })],
  ])('%s', async (_, draw) => expectSimilar(await draw()));

  it.each<[string, () => Promise<Buffer>]>([
    ['a photograph in Display P3', () => drawJpeg({ width: 1000, height: 750, icc: 'p3' })],
    ['a drawing with alpha', () => drawPng({ width: 1000, height: 750, alpha: true })],
  ])('%s, as WebP', async (_, draw) => expectSimilarWebp(await draw()));

  it('a photograph of 60 megapixels', async () => {
    const original = await pixels(2400, 1600).resize(9488, 6324).jpeg({ quality: 90 }).toBuffer();
    await expectSimilar(original);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('a photograph of orientation %i', async (orientation) => {
    await expectSimilar(await drawJpeg({ width: 1000, height: 750, orientation }));
  });

  it('an animation, in every frame', async () => {
    const original = await drawAnimatedWebp({ width: 400, height: 300, frames: 3 });
    await expectSimilar(original);
    await expectSimilarWebp(original);
    for (const variant of await bench.encode(original, 'webp')) {
      const { pages = 1 } = await sharp(variant.data).metadata();
      expect(pages).toBe(3);
      for (const frame of [1, 2]) await expectSimilarFrame(original, variant, frame);
    }
  });
});

// Drawn before the engine is created, because the engine forbids SVG in this process, and SVG draws the landscapes.
const landscapes = await Promise.all(
  (['ridges', 'forest', 'skyline', 'bokeh'] as const).map(async (scene) => ({
    scene,
    original: await drawLandscape({ scene, width: 1500, height: 1000, seed: 3 }),
  })),
);
describe('landscapes look as if made the slow way', () => {
  it.each(landscapes)('$scene', async ({ original }) => expectSimilar(original));
});

// Animations are compared frame by frame above.
const given = (await givenPictures('similarity of given photographs')).filter(
  ({ name }) => !name.endsWith('.gif'),
);
describe.skipIf(given.length === 0)('given photographs look as if made the slow way', () => {
  it.each(given)('$name', async ({ read }) => expectSimilar(await read()));
});
