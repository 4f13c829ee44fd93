import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodedPixels, greatestDifference } from '../testing/decoded-pixels.js';
import { encodeLzw, type TiffTag, writeTiff } from '../testing/tiff-writer.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SIZE = { width: 40, height: 30 };
const SHORT = 3;
const PIXELS = Buffer.from(Array.from({ length: SIZE.width * SIZE.height }, (_, at) => at % 251));
/** Grey of signed bytes, which the own decoder reads. */
const SIGNED: TiffTag[] = [
  [258, SHORT, [8]],
  [259, SHORT, [1]],
  [262, SHORT, [1]],
  [277, SHORT, [1]],
  [339, SHORT, [2]],
];

/** Draws the signed grey picture with other values of some tags. */
function draw(changes: TiffTag[] = [], block: Buffer = PIXELS): Buffer {
  const changed = new Set(changes.map(([tag]) => tag));
  return writeTiff({
    ...SIZE,
    tags: [...SIGNED.filter(([tag]) => !changed.has(tag)), ...changes],
    blocks: [block],
  });
}

/** The position of the strip is the sixth entry of the directory. */
function withStripAt(offset: number): Buffer {
  const file = draw();
  file.writeUInt32LE(offset, 8 + 2 + 5 * 12 + 8);
  return file;
}

const codeOf = (file: Buffer, limits = {}) =>
  decodedPixels(bench, file, limits).then(
    () => 'ready',
    (error: { code?: string }) => error.code ?? error,
  );

describe('what no decoder here can do is named:', () => {
  it.each<[string, TiffTag[]]>([
    ['a TIFF with old-style JPEG compression', [[259, SHORT, [6]]]],
    ['a TIFF with JBIG compression', [[259, SHORT, [34_661]]]],
    ['a TIFF with SGILog compression', [[259, SHORT, [34_676]]]],
    ['a TIFF with JPEG 2000 compression', [[259, SHORT, [34_712]]]],
    ['a TIFF with LERC compression', [[259, SHORT, [34_887]]]],
    ['a TIFF with LZMA compression', [[259, SHORT, [34_925]]]],
    ['a TIFF with JPEG XL compression', [[259, SHORT, [50_002]]]],
    ['a TIFF with PixarLog compression', [[259, SHORT, [32_909]]]],
    ['a TIFF with an unknown compression (65000)', [[259, SHORT, [65_000]]]],
    ['a TIFF with JPEG compression and signed samples', [[259, SHORT, [7]]]],
    ['a TIFF in ITU L*a*b* colours', [[262, SHORT, [10]]]],
    ['a TIFF in LogLuv colours', [[262, SHORT, [32_845]]]],
    ['a TIFF of an unknown colour model (77)', [[262, SHORT, [77]]]],
    ['a TIFF of complex numbers', [[339, SHORT, [6]]]],
    ['a TIFF of 8-bit float samples', [[339, SHORT, [3]]]],
    [
      'a TIFF with samples of different depths',
      [
        [258, SHORT, [5, 6, 5]],
        [262, SHORT, [2]],
        [277, SHORT, [3]],
      ],
    ],
  ])('%s', async (what, changes) => {
    await expect(bench.process(draw(changes))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
    });
  });
});

describe('what is damaged is corrupt:', () => {
  const lzw: TiffTag = [259, SHORT, [5]];
  const deflate: TiffTag = [259, SHORT, [8]];

  it.each<[string, Buffer]>([
    ['a strip that begins after the end of the file', withStripAt(0x7f_ff_ff_ff)],
    ['LZW with an impossible code', draw([lzw], Buffer.alloc(900, 0xff))],
    ['LZW that ends too early', draw([lzw], encodeLzw(PIXELS.subarray(0, -1)))],
    ['Deflate that is not Deflate', draw([deflate], PIXELS)],
    ['Deflate that ends too early', draw([deflate], deflateSync(PIXELS.subarray(0, -1)))],
    [
      'Deflate that decompresses to far more than the picture',
      draw([deflate], deflateSync(Buffer.alloc(2 ** 26))),
    ],
    ['PackBits that ends too early', draw([[259, SHORT, [32_773]]], Buffer.from([127, 1, 2, 3]))],
    ['Zstandard that is not Zstandard', draw([[259, SHORT, [50_000]]], PIXELS)],
    ['strips of no rows', draw([[278, SHORT, [0]]])],
    ['one sample for three colours', draw([[262, SHORT, [2]]])],
    [
      'a tile of no width',
      writeTiff({ ...SIZE, tags: SIGNED, blocks: [PIXELS], tile: { width: 0, height: 16 } }),
    ],
    [
      'too few tiles',
      writeTiff({ ...SIZE, tags: SIGNED, blocks: [PIXELS], tile: { width: 16, height: 16 } }),
    ],
  ])('%s', async (_what, file) => {
    expect(await codeOf(file)).toBe('corrupt_image');
  });

  it('a strip whose position is not a whole number', async () => {
    const file = withStripAt(0);
    const entry = 8 + 2 + 5 * 12;
    // The type of a floating-point number.
    file.writeUInt16LE(11, entry + 2);
    file.writeFloatLE(8.6, entry + 8);
    expect(await codeOf(file)).toBe('corrupt_image');
  });

  it('a file cut off anywhere', async () => {
    const whole = draw();
    expect(await codeOf(whole)).toBe('ready');
    for (const part of [0.02, 0.1, 0.3, 0.7, 0.99]) {
      expect(await codeOf(whole.subarray(0, whole.length * part))).toBe('corrupt_image');
    }
  });
});

describe('limits', () => {
  const size = (file: Buffer, width: number, height: number) => {
    file.writeUInt32LE(width, 8 + 2 + 8);
    file.writeUInt32LE(height, 8 + 2 + 12 + 8);
    return file;
  };

  it('refuse too many pixels by the header', async () => {
    await expect(bench.process(size(draw(), 20_000, 20_000))).rejects.toMatchObject({
      code: 'too_many_pixels',
      message: 'This picture is 20,000 × 20,000 pixels (400 megapixels). The limit is 100 megapixels.',
    });
    const tiles = writeTiff({
      ...SIZE,
      tags: SIGNED,
      blocks: [PIXELS],
      tile: { width: 1_000_000, height: 1_000_000 },
    });
    await expect(decodedPixels(bench, tiles)).rejects.toMatchObject({
      code: 'too_many_pixels',
      message:
        'The tiles of this picture have 1,000,000 × 1,000,000 pixels. The limit is 100,000,000 pixels.',
    });
  });

  it('refuse a strip that needs more memory than the limit, and name the way out', async () => {
    const file = size(draw([[259, SHORT, [8]]], deflateSync(PIXELS)), 10_000, 9_000);
    await expect(decodedPixels(bench, file, { memoryBytes: 200 * 2 ** 20 })).rejects.toMatchObject({
      code: 'out_of_memory',
      message: expect.stringMatching(
        /^This picture needs .+ of memory\. The limit is .+\. Save it with smaller strips or tiles, or scale it down\.$/,
      ),
    });
  });

  it('refuse pixels that are not in the file before they use memory', async () => {
    expect(await codeOf(size(draw(), 10_000, 9_000))).toBe('corrupt_image');
  });
});

describe('the page to show', () => {
  const page = (width: number, height: number, level: number, more: TiffTag[] = []) =>
    writeTiff({
      width,
      height,
      tags: [...SIGNED.filter(([tag]) => tag !== 339), ...more],
      blocks: [Buffer.alloc(width * height, level)],
    });
  /** Joins files of one page to one file, and moves the positions that they state. */
  const join = (pages: Buffer[]) => {
    const whole = Buffer.concat(pages);
    let start = 0;
    for (const { length } of pages) {
      const directory = start + 8;
      const count = whole.readUInt16LE(directory);
      for (let index = 0; index < count; index += 1) {
        const at = directory + 2 + index * 12;
        if (whole.readUInt16LE(at) === 273) whole.writeUInt32LE(whole.readUInt32LE(at + 8) + start, at + 8);
      }
      const next = start + length;
      whole.writeUInt32LE(next < whole.length ? next + 8 : 0, directory + 2 + count * 12);
      start = next;
    }
    return whole;
  };
  const reduced: TiffTag = [254, 4, [1]];
  const mask: TiffTag = [254, 4, [4]];
  const oldReduced: TiffTag = [255, SHORT, [2]];
  const signed: TiffTag = [339, SHORT, [2]];

  it.each<[string, Buffer[], number, number]>([
    ['is the picture after a thumbnail', [page(10, 8, 1, [reduced]), page(40, 30, 2)], 40, 2],
    [
      'is the picture after a thumbnail of an old writer',
      [page(10, 8, 1, [oldReduced]), page(40, 30, 2)],
      40,
      2,
    ],
    ['is the largest one', [page(10, 8, 1), page(40, 30, 2), page(20, 15, 3)], 40, 2],
    ['is the first of the largest', [page(40, 30, 1), page(40, 30, 2)], 40, 1],
    [
      'is not a mask or a reduced version, even a larger one',
      [page(40, 30, 1), page(80, 60, 2, [mask]), page(60, 50, 3, [reduced])],
      40,
      1,
    ],
    [
      'is a reduced version when there is nothing else',
      [page(10, 8, 1, [reduced]), page(20, 15, 2, [reduced])],
      20,
      2,
    ],
    ['can be one that only the own decoder reads', [page(10, 8, 1), page(40, 30, 2, [signed])], 40, 130],
  ])('%s', async (_what, pages, width, level) => {
    const pixels = await decodedPixels(bench, join(pages));
    expect(pixels.width).toBe(width);
    expect(greatestDifference(pixels, () => [level])).toBe(0);
  });
});
