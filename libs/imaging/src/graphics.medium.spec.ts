import { drawAnimatedWebp, drawJpeg, drawPng } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GraphicKind, graphicKinds, graphics } from './testing/draw-graphics.js';
import { type Raster, ssim } from './testing/ssim.js';
import { createWorkbench, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const toPng = ({ data, width, height }: Raster): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();

async function rasterOf(encoded: Buffer): Promise<Raster> {
  const { data, info } = await sharp(encoded)
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The mean difference of a channel, 0 to 255. */
async function errorOf(encoded: Buffer, drawn: Raster): Promise<number> {
  const { data } = await rasterOf(encoded);
  expect(data).toHaveLength(drawn.data.length);
  const sum = data.reduce((total, value, at) => total + Math.abs(value - (drawn.data[at] ?? 0)), 0);
  return sum / data.length;
}

const subsamplingOf = async (jpeg: Buffer) => (await sharp(jpeg).metadata()).chromaSubsampling;

describe('the colours of a graphic', () => {
  it.each<[GraphicKind, number, number]>([
    ['text', 320, 48],
    ['logo', 16, 16],
    ['chart', 400, 300],
    ['pixelArt', 320, 240],
    ['code', 320, 240],
    ['screenshot', 400, 300],
  ])('survive in every format: %s of %i × %i', async (kind, width, height) => {
    const drawn = graphics[kind]({ width, height });
    const original = await toPng(drawn);
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const { data } = only(await bench.encode(original, format, oneSize(1600)));
      expect(await errorOf(data, drawn)).toBeLessThan(3);
    }
  });

  it('survive in a picture with a palette, and in one with alpha', async () => {
    const drawn = graphics.text({ width: 320, height: 48 });
    const picture = sharp(await toPng(drawn));
    for (const original of [picture.clone().gif(), picture.clone().ensureAlpha().webp({ lossless: true })]) {
      const { data } = only(await bench.encode(await original.toBuffer(), 'jpeg', oneSize(1600)));
      expect(await subsamplingOf(data)).toBe('4:4:4');
      expect(await errorOf(data, drawn)).toBeLessThan(3);
    }
  });

  it('survive in a screenshot that comes as a JPEG', async () => {
    const drawn = graphics.screenshot({ width: 1200, height: 900 });
    const original = await sharp(await toPng(drawn))
      .jpeg({ quality: 97, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const { variants } = await bench.process(original);
    for (const { data } of variants) expect(await subsamplingOf(data)).toBe('4:4:4');
  });
});

describe('a photograph', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['as a JPEG', () => drawJpeg({ width: 1200, height: 900 })],
    ['as a PNG', () => drawPng({ width: 1200, height: 900 })],
  ])('keeps half the resolution of chroma: %s', async (_, draw) => {
    const { variants } = await bench.process(await draw());
    for (const { data } of variants) expect(await subsamplingOf(data)).toBe('4:2:0');
  });

  it('keeps the bytes of the plain encoders', async () => {
    const original = await drawPng({ width: 700, height: 500 });
    const jpeg = only(await bench.encode(original, 'jpeg', oneSize(1600)));
    const webp = only(await bench.encode(original, 'webp', oneSize(1600)));
    const pixels = sharp(original);
    const options = { quality: 80, optimiseCoding: true, chromaSubsampling: '4:2:0' };
    expect(jpeg.data.equals(await pixels.clone().jpeg(options).toBuffer())).toBe(true);
    expect(webp.data.equals(await pixels.clone().webp({ quality: 78, effort: 2 }).toBuffer())).toBe(true);
  });
});

describe('the WebP of a graphic', () => {
  it.each(graphicKinds)('is not larger than its JPEG, and at least as similar: %s', async (kind) => {
    const drawn = graphics[kind]({ width: 900, height: 600 });
    const original = await toPng(drawn);
    const { variants } = await bench.process(original);
    const webp = await bench.encode(original, 'webp');
    for (const [index, jpeg] of variants.entries()) {
      expect(webp[index]?.bytes).toBeLessThanOrEqual(jpeg.bytes);
    }
    const [left, right] = [
      await rasterOf(webp.at(-1)?.data ?? original),
      await rasterOf(variants.at(-1)?.data ?? original),
    ];
    expect(ssim(left, drawn)).toBeGreaterThanOrEqual(ssim(right, drawn) - 0.01);
  });

  it('keeps the frames of an animation', async () => {
    const original = await drawAnimatedWebp({ width: 200, height: 150, frames: 3 });
    const { data } = only(await bench.encode(original, 'webp', oneSize(150)));
    expect(await sharp(data).metadata()).toMatchObject({ pages: 3, delay: [100, 100, 100] });
  });
});
