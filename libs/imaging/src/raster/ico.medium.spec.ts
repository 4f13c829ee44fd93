import { drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawIco } from '../testing/draw-raster.js';
import { decodeExactly, drawFormula, type Formula, worstSample } from '../testing/exact-pixels.js';
import { headerBomb } from '../testing/drawings.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const colour: Formula = (x, y) => [x * 5, y * 7, (x * y) % 256, 255 - x];
const drawPixels = (side: number, formula = colour) =>
  ({ width: side, height: side, channels: 4, data: drawFormula(side, side, formula) }) as const;

/** An icon of one bitmap, with the bits of its colours and of its mask. */
function drawBitmapIcon(bits: number, pixels: Buffer, mask: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(8, 4);
  header.writeInt32LE(16, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(bits, 14);
  return drawIco([{ width: 8, height: 8, png: Buffer.concat([header, pixels, mask]) }]);
}

/** Rows from the lowest; a set bit is transparent. Each row has four bytes. */
const maskOf = (isClear: (x: number, y: number) => boolean) => {
  const mask = Buffer.alloc(8 * 4);
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 8; x += 1)
      if (isClear(x, y)) mask[(7 - y) * 4] = (mask[(7 - y) * 4] ?? 0) | (0x80 >> x);
  }
  return mask;
};

describe('an ICO', () => {
  it('shows the largest of its pictures, wherever it is', async () => {
    const file = drawIco([drawPixels(16), drawPixels(48), drawPixels(32)]);
    expect(worstSample(await decodeExactly(bench, file), colour)).toBe(0);
    expect((await bench.process(file)).facts).toMatchObject({ width: 48, height: 48 });
  });

  it('counts 0 in its directory as 256, and reads a PNG', async () => {
    const png = await sharp(
      drawFormula(256, 256, (x, y) => [x, y, 9]),
      { raw: { width: 256, height: 256, channels: 3 } },
    )
      .png()
      .toBuffer();
    const decoded = await decodeExactly(bench, drawIco([drawPixels(64), { width: 256, height: 256, png }]));
    expect(worstSample(decoded, (x, y) => [x, y, 9])).toBe(0);
  });

  it('with 24 bits is transparent by its mask', async () => {
    const rows = Array.from({ length: 8 }, (_, row) =>
      Array.from({ length: 8 }, (__, x) => [x * 3, 7 - row, 200]),
    );
    const file = drawBitmapIcon(
      24,
      Buffer.from(rows.flat(2)),
      maskOf((x, y) => x > y),
    );
    const expected: Formula = (x, y) => [200, y, x * 3, x > y ? 0 : 255];
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('with 32 bits whose alpha is 0 everywhere is transparent by its mask alone', async () => {
    const pixels = Buffer.from(Array.from({ length: 64 }, () => [10, 20, 30, 0]).flat());
    const file = drawBitmapIcon(
      32,
      pixels,
      maskOf((x) => x === 2),
    );
    const expected: Formula = (x) => [30, 20, 10, x === 2 ? 0 : 255];
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('with 1 bit has the two colours of its palette', async () => {
    const palette = Buffer.from([1, 2, 3, 0, 250, 240, 230, 0]);
    const rows = Buffer.alloc(32);
    for (let row = 0; row < 8; row += 1) rows[row * 4] = 0b1010_1010;
    const file = drawBitmapIcon(
      1,
      Buffer.concat([palette, rows]),
      maskOf(() => false),
    );
    const expected: Formula = (x) => (x % 2 === 0 ? [230, 240, 250, 255] : [3, 2, 1, 255]);
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('is a cursor, too', async () => {
    const file = drawIco([drawPixels(32)]);
    file.writeUInt16LE(2, 2);
    expect(worstSample(await decodeExactly(bench, file), colour)).toBe(0);
  });

  it.skipIf(!services().python).each(['', `, bitmap_format='bmp'`])(
    'by Pillow has its exact pixels%s',
    async (option) => {
      const file = await drawWithPython(`
y, x = np.mgrid[0:48, 0:48]
rgba = np.stack([x * 5, y * 5, (x * y) % 256, 255 - x], -1).astype(np.uint8)
out = io.BytesIO(); Image.fromarray(rgba).save(out, 'ICO', sizes=[(16, 16), (48, 48)]${option}); write(out.getvalue())
`);
      const expected: Formula = (x, y) => [x * 5, y * 5, (x * y) % 256, 255 - x];
      expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
    },
  );

  it.each([
    ['a picture after its end', () => drawIco([drawPixels(16)]).subarray(0, -200)],
    ['a picture that is neither', () => drawIco([{ width: 8, height: 8, png: Buffer.alloc(300, 7) }])],
    ['a mask without its last row', () => drawBitmapIcon(24, Buffer.alloc(192), Buffer.alloc(28))],
  ])('with %s is corrupt', async (_what, draw) => {
    await expect(bench.process(draw())).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('with a PNG above the limit of pixels is refused before they are read', async () => {
    const file = drawIco([{ width: 256, height: 256, png: headerBomb(100_000, 100_000) }]);
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });
});
