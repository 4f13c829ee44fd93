import { type OriginalContentType, originalContentTypes } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFixture } from './testing/draw-heif.js';
import { drawCr3, drawRaf, drawTiffRaw, type RawKind, type RawParts } from './testing/draw-raw.js';
import { drawSvg, drawSvgQuarters } from './testing/draw-svg.js';
import {
  drawBmp,
  drawIco,
  type DrawnPixels,
  drawPsd,
  drawQoi,
  drawWithMagick,
} from './testing/draw-raster.js';
import { drawQuarters, UPRIGHT } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/** A picture of four quarters in each input format. */
const PICTURES: Record<OriginalContentType, () => Promise<Buffer>> = {
  'image/jpeg': () => drawQuarters(96, 64).jpeg().toBuffer(),
  'image/png': () => drawQuarters(96, 64).png().toBuffer(),
  'image/webp': () => drawQuarters(96, 64).webp().toBuffer(),
  'image/gif': () => drawQuarters(96, 64).gif().toBuffer(),
  'image/avif': () => drawQuarters(96, 64).avif().toBuffer(),
  'image/x-adobe-dng': () => drawRaw('dng'),
  'image/x-canon-cr2': () => drawRaw('cr2'),
  'image/x-canon-cr3': async () => drawCr3(await drawPreviews()),
  'image/x-nikon-nef': () => drawRaw('nef'),
  'image/x-sony-arw': () => drawRaw('arw'),
  'image/x-fuji-raf': async () => drawRaf((await drawPreviews()).preview),
  'image/x-olympus-orf': () => drawRaw('orf'),
  'image/x-panasonic-rw2': () => drawRaw('rw2'),
  'image/x-pentax-pef': () => drawRaw('pef'),
  'image/tiff': () => drawQuarters(96, 64).tiff().toBuffer(),
  'image/heic': () => readFixture('quarters'),
  'image/svg+xml': () => Promise.resolve(drawSvg(drawSvgQuarters(96, 64))),
  'image/jxl': async () => drawWithMagick('JXL', await rawQuarters()),
  'image/jp2': async () => drawWithMagick('JP2', await rawQuarters()),
  'image/vnd.adobe.photoshop': async () =>
    drawPsd({ ...(await rawQuarters()), mode: 3, planes: await planesOfQuarters() }),
  'image/bmp': async () => drawBmp(await rawQuarters(), { bits: 24 }),
  'image/vnd.microsoft.icon': async () =>
    drawIco([{ width: 96, height: 64, png: await drawQuarters(96, 64).png().toBuffer() }]),
  'image/qoi': async () => drawQoi(await rawQuarters()),
};

async function drawPreviews(): Promise<RawParts> {
  const [preview, thumbnail] = await Promise.all(
    [960, 96].map((width) =>
      drawQuarters(width, (width * 2) / 3)
        .jpeg()
        .toBuffer(),
    ),
  );
  return { preview, thumbnail } as RawParts;
}

async function drawRaw(kind: RawKind): Promise<Buffer> {
  return drawTiffRaw(kind, await drawPreviews());
}

async function rawQuarters(): Promise<DrawnPixels> {
  return { width: 96, height: 64, channels: 3, data: await drawQuarters(96, 64).raw().toBuffer() };
}

async function planesOfQuarters(): Promise<Buffer[]> {
  const { data } = await rawQuarters();
  return [0, 1, 2].map((channel) => Buffer.from(data.filter((_, at) => at % 3 === channel)));
}

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

describe.each(originalContentTypes)('the loader of %s', (contentType) => {
  it('reads a picture of its format, with the colours in their places', async () => {
    const original = await PICTURES[contentType]();
    expect((await bench.put(original)).contentType).toBe(contentType);
    const { facts, variants } = await bench.process(original, oneSize(96));
    expect(facts.frames).toBe(1);
    for (const [index, colour] of UPRIGHT.entries()) {
      const [x, y] = [index % 2 === 0 ? 0.2 : 0.8, index < 2 ? 0.2 : 0.8];
      expect(distance(await colourAt(only(variants).data, x, y), colour)).toBeLessThan(25);
    }
  });

  it('refuses a truncated file', async () => {
    const original = await PICTURES[contentType]();
    for (const part of [0.25, 0.5, 0.75]) {
      const cut = original.subarray(0, Math.floor(original.length * part));
      await expect(bench.process(cut, oneSize(96))).rejects.toMatchObject({ code: 'corrupt_image' });
    }
  });
});
