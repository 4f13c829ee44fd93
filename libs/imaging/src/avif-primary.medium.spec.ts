import { afterAll, beforeAll, expect, it } from 'vitest';
import { codedPictureOf, drawHeif } from './testing/draw-heif.js';
import { BLUE, drawQuarters, RED } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

// libvips would read the pages of such a file as an animation, and begin with the first one.
it.each([1, 2])('an AVIF shows its primary picture when that is picture %i of two', async (primaryId) => {
  const [red, blue] = await Promise.all(
    [RED, BLUE].map(async (colour) =>
      codedPictureOf(
        await drawQuarters(64, 48, [colour, colour, colour, colour]).avif({ effort: 0 }).toBuffer(),
      ),
    ),
  );
  const items = [red, blue].flatMap((picture, index) =>
    picture ? [{ id: index + 1, type: 'av01', ...picture }] : [],
  );
  const file = drawHeif({ items, primaryId, brand: 'avif' });
  const expected = primaryId === 1 ? RED : BLUE;
  const { facts, variants } = await bench.process(file, oneSize(50));
  expect(facts).toMatchObject({ width: 64, height: 48, frames: 1 });
  expect(distance(await colourAt(only(variants).data, 0.5, 0.5), expected)).toBeLessThan(12);
  const webp = only(await bench.encode(file, 'webp', oneSize(50)));
  expect(distance(await colourAt(webp.data, 0.5, 0.5), expected)).toBeLessThan(12);
});
