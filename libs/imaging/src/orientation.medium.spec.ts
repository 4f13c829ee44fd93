import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawQuarters, drawTiff, storedQuarters, UPRIGHT } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];
const CENTRES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** Displayed as 300 × 200. */
function drawStored(orientation: number) {
  const [width, height] = orientation >= 5 ? [200, 300] : [300, 200];
  return drawQuarters(width, height, storedQuarters(orientation));
}

async function expectUpright(encoded: Buffer, frame = 0): Promise<void> {
  for (const [index, [x, y]] of CENTRES.entries()) {
    const expected = UPRIGHT[index] ?? UPRIGHT[0];
    expect(distance(await colourAt(encoded, x, y, frame), expected)).toBeLessThan(30);
  }
  expect((await sharp(encoded).metadata()).orientation).toBeUndefined();
}

describe.each(ORIENTATIONS)('a picture of EXIF orientation %i', (orientation) => {
  // 90 is below the source's size, 500 above it.
  it.each([90, 500])('is upright in every format at %i pixels', async (longSide) => {
    const jpeg = await drawStored(orientation).withMetadata({ orientation }).jpeg().toBuffer();
    const { facts, variants } = await bench.process(jpeg, oneSize(longSide));
    expect(facts).toMatchObject({ width: 300, height: 200, frames: 1 });
    const expected = longSide === 90 ? { width: 90, height: 60 } : { width: 300, height: 200 };
    const webp = only(await bench.encode(jpeg, 'webp', oneSize(longSide)));
    const avif = only(await bench.encode(jpeg, 'avif', oneSize(longSide)));
    for (const variant of [only(variants), webp, avif]) {
      expect(variant).toMatchObject(expected);
      expect(await sharp(variant.data).metadata()).toMatchObject(expected);
      await expectUpright(variant.data);
    }
  });

  it('loses its orientation tag even when its copyright is kept', async () => {
    const jpeg = await drawStored(orientation)
      .withMetadata({ orientation })
      .withExifMerge({ IFD0: { Copyright: 'Ann' } })
      .jpeg()
      .toBuffer();
    await expectUpright(only((await bench.process(jpeg, oneSize(90))).variants).data);
    await expectUpright(only(await bench.encode(jpeg, 'webp', oneSize(90))).data);
  });

  it('is upright from PNG, WebP and TIFF too', async () => {
    for (const format of ['png', 'webp', 'tiff'] as const) {
      const original = await drawStored(orientation)
        .withMetadata({ orientation })
        .toFormat(format)
        .toBuffer();
      const { facts, variants } = await bench.process(original, oneSize(90));
      expect(facts).toMatchObject({ width: 300, height: 200 });
      await expectUpright(only(variants).data);
    }
  });

  it('is upright in every frame of an animation, in the right order', async () => {
    const frames = [drawStored(orientation), drawStored(orientation).negate()];
    const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const animation = await sharp(pngs, { join: { animated: true } })
      .withMetadata({ orientation })
      .webp({ lossless: true, delay: [100, 200] })
      .toBuffer();
    const { facts, variants } = await bench.process(animation, oneSize(90));
    expect(facts).toMatchObject({ width: 300, height: 200, frames: 2 });
    await expectUpright(only(variants).data);
    const webp = only(await bench.encode(animation, 'webp', oneSize(90)));
    expect(webp).toMatchObject({ width: 90, height: 60 });
    await expectUpright(webp.data);
    const [x, y] = CENTRES[0];
    const negative = UPRIGHT[0].map((value) => 255 - value);
    expect(distance(await colourAt(webp.data, x, y, 1), negative)).toBeLessThan(30);
    expect((await sharp(webp.data).metadata()).delay).toEqual([100, 200]);
  });
});

it.each([0, 9, 65_535])('treats orientation %i as upright', async (orientation) => {
  const { facts } = await bench.process(drawTiff(60, 40, 'Ann', orientation));
  expect(facts).toMatchObject({ width: 60, height: 40 });
});
