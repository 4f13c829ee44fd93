import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawBmp } from '../testing/draw-raster.js';
import {
  decodeExactly,
  drawFormula,
  type Formula,
  greyPattern,
  PATTERN_SIZE,
  PYTHON_PATTERNS,
  rgbaPattern,
  rgbPattern,
  worstSample,
} from '../testing/exact-pixels.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

const { width, height } = PATTERN_SIZE;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** The headers of a BMP, in front of `body`: a palette, masks or pixels. */
function drawHeaders(
  body: Buffer,
  { length = 40, bits = 24, compression = 0, size = PATTERN_SIZE, pixelsAt = 0, colours = 0 },
): Buffer {
  const head = Buffer.alloc(14 + length);
  head.write('BM');
  head.writeUInt32LE(14 + length + body.length, 2);
  head.writeUInt32LE(pixelsAt || 14 + length, 10);
  head.writeUInt32LE(length, 14);
  if (length === 12) {
    head.writeUInt16LE(size.width, 18);
    head.writeUInt16LE(size.height, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt16LE(bits, 24);
    return Buffer.concat([head, body]);
  }
  head.writeInt32LE(size.width, 18);
  head.writeInt32LE(size.height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  if (length >= 40) {
    head.writeUInt32LE(compression, 30);
    head.writeUInt32LE(colours, 46);
  }
  return Buffer.concat([head, body]);
}

/** Rows of pixels from the lowest to the upper one, each a multiple of four bytes. */
function drawRows(formula: Formula, bytes: number, pack: (colour: readonly number[]) => number): Buffer {
  const stride = Math.ceil((width * bytes) / 4) * 4;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.writeUIntLE(pack(formula(x, y)), (height - 1 - y) * stride + x * bytes, bytes);
    }
  }
  return rows;
}

const r = ([red = 0]: readonly number[]) => red;
const g = ([, green = 0]: readonly number[]) => green;
const b = ([, , blue = 0]: readonly number[]) => blue;
const bgr = drawRows(rgbPattern, 3, (colour) => b(colour) + g(colour) * 2 ** 8 + r(colour) * 2 ** 16);
const masks = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
};
const scaled = (bits: number, value: number) => Math.round((value * 255) / (2 ** bits - 1));

describe.skipIf(!services().python)('a BMP by Pillow', () => {
  it.each([
    ['24 bits', `save(Image.fromarray(rgb), 'BMP')`, rgbPattern],
    [
      'a grey palette',
      `save(Image.fromarray(grey), 'BMP')`,
      (x, y) => [0, 1, 2].flatMap(() => greyPattern(x, y)),
    ],
    [
      'a palette of 256 colours',
      `p = Image.fromarray(grey, 'P'); p.putpalette([v for i in range(256) for v in (i, 255 - i, i // 2)]); save(p, 'BMP')`,
      (x, y) => {
        const [index = 0] = greyPattern(x, y);
        return [index, 255 - index, index >> 1];
      },
    ],
    [
      'one bit',
      `save(Image.fromarray(((x + y) % 3 == 0)), 'BMP')`,
      (x, y) => Array(3).fill((x + y) % 3 === 0 ? 255 : 0),
    ],
    // Pillow writes a header without masks, whose fourth byte means nothing.
    ['32 bits without alpha', `save(Image.fromarray(rgba), 'BMP')`, rgbPattern],
  ] satisfies [string, string, Formula][])('with %s has its exact pixels', async (_what, script, formula) => {
    const file = await drawWithPython(PYTHON_PATTERNS + script);
    expect(worstSample(await decodeExactly(bench, file), formula)).toBe(0);
  });
});

describe('a BMP', () => {
  it.each([12, 16, 40, 52, 56, 64, 108, 124])(
    'with a header of %i bytes has its exact pixels',
    async (length) => {
      expect(worstSample(await decodeExactly(bench, drawHeaders(bgr, { length })), rgbPattern)).toBe(0);
    },
  );

  it('with the upper row first is upright', async () => {
    const pixels = { ...PATTERN_SIZE, channels: 3, data: drawFormula(width, height, rgbPattern) } as const;
    const file = drawBmp(pixels, { bits: 24, topDown: true });
    expect(worstSample(await decodeExactly(bench, file), rgbPattern)).toBe(0);
  });

  it('with 16 bits has five bits a colour', async () => {
    const rows = drawRows(rgbPattern, 2, (c) => ((r(c) >> 3) << 10) | ((g(c) >> 3) << 5) | (b(c) >> 3));
    const decoded = await decodeExactly(bench, drawHeaders(rows, { bits: 16 }));
    expect(worstSample(decoded, (x, y) => rgbPattern(x, y).map((value) => scaled(5, value >> 3)))).toBe(0);
  });

  it('with masks of 5, 6 and 5 bits has six bits of green', async () => {
    const rows = drawRows(rgbPattern, 2, (c) => ((r(c) >> 3) << 11) | ((g(c) >> 2) << 5) | (b(c) >> 3));
    const body = Buffer.concat([masks(0xf8_00, 0x7_e0, 0x1f), rows]);
    const file = drawHeaders(body, { bits: 16, compression: 3, pixelsAt: 14 + 40 + 12 });
    const expected: Formula = (x, y) => {
      const colour = rgbPattern(x, y);
      return [scaled(5, r(colour) >> 3), scaled(6, g(colour) >> 2), scaled(5, b(colour) >> 3)];
    };
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('with a mask of alpha is transparent', async () => {
    const pixels = { ...PATTERN_SIZE, channels: 4, data: drawFormula(width, height, rgbaPattern) } as const;
    expect(worstSample(await decodeExactly(bench, drawBmp(pixels, { bits: 32 })), rgbaPattern)).toBe(0);
  });

  it('with a mask of alpha that is 0 everywhere is opaque, as in browsers', async () => {
    const clear: Formula = (x, y) => [...rgbPattern(x, y), 0];
    const pixels = { ...PATTERN_SIZE, channels: 4, data: drawFormula(width, height, clear) } as const;
    const decoded = await decodeExactly(bench, drawBmp(pixels, { bits: 32 }));
    expect(worstSample(decoded, (x, y) => [...rgbPattern(x, y), 255])).toBe(0);
  });

  it('with masks of 10 bits is scaled to 8', async () => {
    const rows = drawRows(rgbPattern, 4, (c) => r(c) * 4 * 2 ** 20 + g(c) * 4 * 2 ** 10 + b(c) * 4);
    const body = Buffer.concat([masks(0x3f_f0_00_00, 0xf_fc_00, 0x3_ff), rows]);
    const file = drawHeaders(body, { bits: 32, compression: 3, pixelsAt: 14 + 40 + 12 });
    const expected: Formula = (x, y) => rgbPattern(x, y).map((value) => scaled(10, value * 4));
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it.each([1, 2, 4])('with a palette of %i bits has the colours of its indices', async (bits) => {
    const count = 2 ** bits;
    const palette = Buffer.from(
      Array.from({ length: count }, (_, index) => [index * 10, 255 - index, index * 3, 0]).flat(),
    );
    const stride = Math.ceil((width * bits) / 32) * 4;
    const rows = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = (height - 1 - y) * stride + ((x * bits) >> 3);
        rows[at] = (rows[at] ?? 0) | (((x + y) % count) << (8 - bits - ((x * bits) & 7)));
      }
    }
    const file = drawHeaders(Buffer.concat([palette, rows]), { bits, pixelsAt: 14 + 40 + count * 4 });
    const expected: Formula = (x, y) => {
      const index = (x + y) % count;
      return [index * 3, 255 - index, index * 10];
    };
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('with a profile is converted by it', async () => {
    const { default: sharp } = await import('sharp');
    const tagged = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const { icc = Buffer.alloc(0) } = await sharp(tagged).metadata();
    const file = drawHeaders(Buffer.concat([bgr, icc]), { length: 124 });
    file.writeUInt32LE(0x4d_42_45_44, 14 + 56);
    file.writeUInt32LE(124 + bgr.length, 14 + 112);
    file.writeUInt32LE(icc.length, 14 + 116);
    const { facts } = await bench.process(file);
    expect(facts.colourProfile).toMatch(/P3/);
    expect(worstSample(await decodeExactly(bench, file), rgbPattern)).toBeGreaterThan(20);
  });
});

describe('a run-length encoded BMP', () => {
  const palette = Buffer.from(Array.from({ length: 256 }, (_, index) => [index, index, index, 0]).flat());
  const grey: Formula = (x, y) => Array(3).fill(greyPattern(x >> 2, y)[0]);
  const size = { width: 6, height: 2 };
  const draw = (codes: readonly number[], bits: 4 | 8) =>
    drawHeaders(Buffer.concat([palette.subarray(0, 4 * 2 ** bits), Buffer.from(codes)]), {
      bits,
      compression: bits === 8 ? 1 : 2,
      size,
      pixelsAt: 14 + 40 + 4 * 2 ** bits,
    });
  const indices = async (file: Buffer) =>
    [...(await decodeExactly(bench, file)).data].filter((_, at) => at % 3 === 0);

  it('of 8 bits has its exact pixels', async () => {
    const data = drawFormula(width, height, (x, y) => grey(x, y).slice(0, 1));
    const file = drawBmp({ ...PATTERN_SIZE, channels: 1, data }, { bits: 8, runs: true });
    expect(worstSample(await decodeExactly(bench, file), grey)).toBe(0);
  });

  it('of 8 bits with runs, literals, a move and no end code', async () => {
    // The lower row: three 9s, literals 1 2 3 with padding. The upper row: one skipped, then five 7s.
    const codes = [3, 9, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 1, 0, 5, 7];
    expect(await indices(draw(codes, 8))).toEqual([0, 7, 7, 7, 7, 7, 9, 9, 9, 1, 2, 3]);
  });

  it('of 4 bits with runs of two colours, and literals', async () => {
    const codes = [4, 0x12, 2, 0x33, 0, 0, 0, 6, 0x45, 0x67, 0x89, 0, 0, 1];
    expect(await indices(draw(codes, 4))).toEqual([4, 5, 6, 7, 8, 9, 1, 2, 1, 2, 3, 3]);
  });

  it.each([
    ['ends before its last row', [6, 1, 0, 0, 3, 2]],
    ['moves out of the picture', [0, 2, 200, 0, 0, 1]],
    ['has more rows than its header says', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ])('that %s is corrupt', async (_what, codes) => {
    await expect(bench.process(draw(codes, 8))).rejects.toMatchObject({ code: 'corrupt_image' });
  });
});

describe('a BMP is refused', () => {
  it.each([
    [4, 'a BMP with a JPEG inside'],
    [5, 'a BMP with a PNG inside'],
  ])('as unsupported with compression %i, by name', async (compression, what) => {
    const file = drawHeaders(bgr, { bits: 24, compression });
    await expect(bench.process(file)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
    });
  });

  it.each([
    [
      'overlapping masks',
      drawHeaders(Buffer.concat([masks(0xff, 0xff, 0xff), bgr]), { bits: 32, compression: 3 }),
    ],
    [
      'masks with a gap',
      drawHeaders(Buffer.concat([masks(0b101, 0x10, 0x20), bgr]), { bits: 32, compression: 3 }),
    ],
    ['run-length encoding of 24 bits', drawHeaders(bgr, { bits: 24, compression: 1 })],
    ['a height of 0', drawHeaders(bgr, { size: { width: 9, height: 0 } })],
    ['a negative width', drawHeaders(bgr, { size: { width: -9, height: 9 } })],
    ['pixels after the end of the file', drawHeaders(bgr, { pixelsAt: 1_000_000 })],
  ])('as corrupt with %s', async (_what, file) => {
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('above the limit of pixels, before they are read', async () => {
    const file = drawHeaders(Buffer.alloc(0), { size: { width: 100_000, height: 100_000 } });
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });
});
