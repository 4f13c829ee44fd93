import { defaultRecipe } from '@darkroom/contracts';
import {
  drawAnimatedWebp,
  drawGif,
  drawJpeg,
  drawLandscape,
  drawPng,
  drawTiff,
  drawWebp,
  givenPictures,
} from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variantSize } from './variant-size.js';
import { createWorkbench, meanDifference, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const size = { width: 1300, height: 900 };
const drawn: { name: string; read: () => Promise<Buffer> }[] = [
  { name: 'a photograph in portrait orientation', read: () => drawJpeg({ ...size, orientation: 6 }) },
  { name: 'a photograph in Display P3', read: () => drawJpeg({ ...size, icc: 'p3' }) },
  { name: 'a photograph for print', read: () => drawJpeg({ ...size, icc: 'cmyk' }) },
  { name: 'a small picture', read: () => drawJpeg({ width: 100, height: 70 }) },
  { name: 'a drawing with alpha', read: () => drawPng({ ...size, alpha: true }) },
  { name: 'a WebP with alpha', read: () => drawWebp({ ...size, alpha: true }) },
  { name: 'a TIFF', read: () => drawTiff(size) },
  { name: 'an animated GIF', read: () => drawGif({ width: 300, height: 200 }) },
  { name: 'an animated WebP', read: () => drawAnimatedWebp({ width: 300, height: 200 }) },
];
// Drawn before the engine is created, because the engine forbids SVG in this process, and SVG draws the landscapes.
for (const scene of ['sea', 'night', 'dunes', 'lake'] as const) {
  const landscape = await drawLandscape({ scene, ...size, seed: 5 });
  drawn.push({ name: `a landscape: ${scene}`, read: () => Promise.resolve(landscape) });
}
const given = await givenPictures('every variant of given photographs');

describe('every variant', () => {
  it.each([...drawn, ...given])(
    'of $name has its size, is in sRGB, and shows the picture',
    async ({ read }) => {
      const original = await read();
      const { autoOrient } = await sharp(original).metadata();
      const { facts, variants } = await bench.process(original);
      expect(facts).toMatchObject({ width: autoOrient.width, height: autoOrient.height });
      const webp = await bench.encode(original, 'webp');
      expect(variants).toHaveLength(4);
      expect(webp).toHaveLength(4);
      for (const [index, { longSide }] of defaultRecipe.sizes.entries()) {
        const expected = variantSize(autoOrient, longSide);
        for (const variant of [variants[index], webp[index]]) {
          expect(variant).toMatchObject(expected);
          const metadata = await sharp(variant?.data).metadata();
          expect(metadata).toMatchObject({ ...expected, space: 'srgb', hasProfile: false });
          expect(metadata.gainMap).toBeUndefined();
        }
      }
      const [thumbnail] = variants;
      if (!thumbnail) throw new Error('The recipe has no thumbnail.');
      const straight = await sharp(original, { autoOrient: true })
        .resize(thumbnail.width, thumbnail.height, { fit: 'fill' })
        .flatten({ background: '#fff' })
        .png()
        .toBuffer();
      expect(await meanDifference(thumbnail.data, straight)).toBeLessThan(3);
    },
  );
});
