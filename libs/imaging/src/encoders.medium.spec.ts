import { outputFormats, type VariantFormat, variantFormats } from '@darkroom/contracts';
import { drawPng } from '@darkroom/testing';
import sharp, { type Metadata } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawQuarters, UPRIGHT } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/** The metadata that sharp reads from a picture of each output format. */
const WRITTEN: Record<VariantFormat, Partial<Metadata>> = {
  jpeg: { format: 'jpeg', chromaSubsampling: '4:2:0', hasAlpha: false },
  webp: { format: 'webp', hasAlpha: true },
  avif: { format: 'heif', compression: 'av1', hasAlpha: true },
};

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

describe.each(variantFormats)('the encoder of %s', (format) => {
  it('writes its format, with the colours in their places', async () => {
    const photograph = await drawPng({ width: 96, height: 72, alpha: true });
    const { data, width, height } = only(await bench.encode(photograph, format, oneSize(96)));
    expect(await sharp(data).metadata()).toMatchObject({ ...WRITTEN[format], width, height });
    const opaque = only(await bench.encode(await drawQuarters(64, 48).png().toBuffer(), format, oneSize(64)));
    for (const [index, colour] of UPRIGHT.entries()) {
      const [x, y] = [index % 2 === 0 ? 0.2 : 0.8, index < 2 ? 0.2 : 0.8];
      expect(distance(await colourAt(opaque.data, x, y), colour)).toBeLessThan(25);
    }
  });

  it('keeps all frames of an animation for an animated format, otherwise the first frame', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#00ff00', '#0000ff'].map((background) =>
        sharp({ create: { width: 40, height: 30, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const original = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 100, 100] })
      .toBuffer();
    const { data } = only(await bench.encode(original, format, oneSize(40)));
    expect((await sharp(data).metadata()).pages ?? 1).toBe(outputFormats[format].animated ? 3 : 1);
  });
});
