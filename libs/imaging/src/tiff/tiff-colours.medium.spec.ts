import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodedPixels, greatestDifference, type PixelFormula } from '../testing/decoded-pixels.js';
import { type TiffTag, writeTiff } from '../testing/tiff-writer.js';
import { createWorkbench, oneSize, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SIZE = { width: 32, height: 24 };
const [ASCII, SHORT, FRACTION, UNDEFINED] = [2, 3, 5, 7] as const;

/** Draws one uncompressed strip of samples. */
function draw(
  photometric: number,
  samples: number,
  pixel: (x: number, y: number) => number[],
  more: TiffTag[] = [],
) {
  const bits = more.some(([tag]) => tag === 258)
    ? []
    : [[258, SHORT, Array<number>(samples).fill(8)] as const];
  return writeTiff({
    ...SIZE,
    tags: [[259, SHORT, [1]], [262, SHORT, [photometric]], [277, SHORT, [samples]], ...bits, ...more],
    blocks: [Buffer.from(positions().flatMap(([x, y]) => pixel(x, y)))],
  });
}

function positions(): [x: number, y: number][] {
  return Array.from({ length: SIZE.width * SIZE.height }, (_, at) => [
    at % SIZE.width,
    Math.floor(at / SIZE.width),
  ]);
}

const signedByte = (value: number) => value & 0xff;
const word = (value: number) => [value & 0xff, (value >> 8) & 0xff];

/** L*, a* and b* of the drawn pictures, most of them inside sRGB. */
const lab = (x: number, y: number) => [x * 8, y * 2 - 24, x - 16] as const;

/** CIELab of D50 by ICC's own matrix from XYZ of D50 to linear sRGB (the inverse of the sRGB v2 profile). */
const labFormula: PixelFormula = (x, y) => {
  const [level, a, b] = lab(x, y);
  const fy = ((level / 255) * 100 + 16) / 116;
  const f = (t: number) => (t > 6 / 29 ? t ** 3 : (t - 16 / 116) * (108 / 841));
  const xyz = [0.9642 * f(fy + a / 500), f(fy), 0.8249 * f(fy - b / 200)] as const;
  const rows = [
    [3.1338561, -1.6168667, -0.4906146],
    [-0.9787684, 1.9161415, 0.033454],
    [0.0719453, -0.2289914, 1.4052427],
  ] as const;
  return rows.map((row) => {
    const linear = Math.max(0, Math.min(1, row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]));
    return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
  });
};

describe('CIELab', () => {
  const bits16: TiffTag = [258, SHORT, [16, 16, 16]];
  it.each([
    ['CIELab of 8 bits', draw(8, 3, (x, y) => lab(x, y).map(signedByte))],
    [
      'CIELab of 16 bits',
      draw(
        8,
        3,
        (x, y) => {
          const [level, a, b] = lab(x, y);
          return [...word(level * 257), ...word(a * 256), ...word(b * 256)];
        },
        [bits16],
      ),
    ],
    [
      'ICCLab of 8 bits',
      draw(9, 3, (x, y) => {
        const [level, a, b] = lab(x, y);
        return [level, a + 128, b + 128];
      }),
    ],
    [
      'ICCLab of 16 bits',
      draw(
        9,
        3,
        (x, y) => {
          const [level, a, b] = lab(x, y);
          return [...word(level * 256), ...word((a + 128) * 256), ...word((b + 128) * 256)];
        },
        [bits16],
      ),
    ],
  ])('%s has the colours of its white, D50', async (_name, file) => {
    expect(greatestDifference(await decodedPixels(bench, file), labFormula)).toBeLessThanOrEqual(2);
  });

  it('keeps its alpha', async () => {
    const file = draw(8, 4, (x, y) => [...lab(x, y).map(signedByte), y * 10], [[338, SHORT, [2]]]);
    const formula: PixelFormula = (x, y) => [...labFormula(x, y), y * 10];
    expect(greatestDifference(await decodedPixels(bench, file), formula)).toBeLessThanOrEqual(2);
  });

  it('shows its own white as white', async () => {
    const d65: TiffTag = [318, FRACTION, [3127, 10_000, 3290, 10_000]];
    const file = draw(8, 3, () => [255, 0, 0], [d65]);
    expect(greatestDifference(await decodedPixels(bench, file), () => [255, 255, 255])).toBeLessThanOrEqual(
      1,
    );
  });
});

describe('YCbCr without JPEG compression', () => {
  const colour = (x: number, y: number) => [40 + x * 6, 200 - y * 5, 60 + x * 2 + y * 3] as const;
  const ycc = (x: number, y: number) => {
    const [r, g, b] = colour(x, y);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    return [luma, (b - luma) / 1.772, (r - luma) / 1.402] as const;
  };
  const back = (luma: number, cb: number, cr: number) => {
    const [r, b] = [luma + 1.402 * cr, luma + 1.772 * cb];
    return [r, (luma - 0.299 * r - 0.114 * b) / 0.587, b].map((value) => Math.max(0, Math.min(255, value)));
  };

  it.each([
    [1, 1],
    [2, 1],
    [2, 2],
    [4, 2],
    [4, 4],
  ])('has the right colours with a chroma subsampling of %i × %i', async (across, down) => {
    const units: number[] = [];
    for (let y = 0; y < SIZE.height; y += down) {
      for (let x = 0; x < SIZE.width; x += across) {
        for (let row = 0; row < down; row += 1) {
          for (let column = 0; column < across; column += 1)
            units.push(Math.round(ycc(x + column, y + row)[0]));
        }
        const [, cb, cr] = ycc(x, y);
        units.push(Math.round(cb + 128), Math.round(cr + 128));
      }
    }
    const file = writeTiff({
      ...SIZE,
      tags: [
        [258, SHORT, [8, 8, 8]],
        [259, SHORT, [1]],
        [262, SHORT, [6]],
        [277, SHORT, [3]],
        [530, SHORT, [across, down]],
      ],
      blocks: [Buffer.from(units)],
    });
    const formula: PixelFormula = (x, y) => {
      const [, cb, cr] = ycc(x - (x % across), y - (y % down));
      return back(ycc(x, y)[0], cb, cr);
    };
    expect(greatestDifference(await decodedPixels(bench, file), formula)).toBeLessThanOrEqual(3);
  });

  it('applies the reference black and white of video', async () => {
    const references: TiffTag = [532, FRACTION, [16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1]];
    const file = draw(
      6,
      3,
      (x, y) => {
        const [luma, cb, cr] = ycc(x, y);
        return [16 + (luma * 219) / 255, 128 + (cb * 112) / 127, 128 + (cr * 112) / 127].map(Math.round);
      },
      [[530, SHORT, [1, 1]], references],
    );
    expect(greatestDifference(await decodedPixels(bench, file), colour)).toBeLessThanOrEqual(3);
  });
});

it('a palette keeps its alpha, and its index is not a level', async () => {
  const map = [...Array(768).keys()].map(
    (at) => (at < 256 ? 255 - at : at < 512 ? at - 256 : (at * 7) % 256) * 257,
  );
  const file = draw(3, 2, (x, y) => [x * 8, 255 - y], [
    [338, SHORT, [2]],
    [320, SHORT, map],
  ]);
  const formula: PixelFormula = (x, y) => [255 - x * 8, x * 8, ((x * 8 + 512) * 7) % 256, 255 - y];
  expect(greatestDifference(await decodedPixels(bench, file), formula)).toBe(0);
});

it('an embedded profile is applied, and a signed picture looks as an unsigned one', async () => {
  const icc = await sharp({ create: { ...SIZE, channels: 3, background: '#000' } })
    .withIccProfile('p3')
    .png()
    .toBuffer()
    .then(async (png) => (await sharp(png).metadata()).icc ?? Buffer.alloc(0));
  const profile: TiffTag = [34_675, UNDEFINED, [...icc]];
  const bits: TiffTag = [258, SHORT, [16, 16, 16]];
  const colour = (x: number, y: number) => [x * 8, 120, y * 10];
  const signed = draw(2, 3, (x, y) => colour(x, y).flatMap((value) => word(value * 257 - 0x8000)), [
    bits,
    [339, SHORT, [2, 2, 2]],
    profile,
  ]);
  const planes = Buffer.from(
    [0, 1, 2].flatMap((plane) => positions().map(([x, y]) => colour(x, y)[plane] ?? 0)),
  );
  const tags: TiffTag[] = [
    [258, SHORT, [8, 8, 8]],
    [259, SHORT, [1]],
    [262, SHORT, [2]],
    [277, SHORT, [3]],
    [284, SHORT, [2]],
    profile,
  ];
  const count = SIZE.width * SIZE.height;
  const blocks = [0, 1, 2].map((plane) => planes.subarray(plane * count, (plane + 1) * count));
  // Libvips decodes this one.
  const reference = await decodedPixels(bench, writeTiff({ ...SIZE, tags, blocks }));
  const { data, channels } = reference;
  const formula: PixelFormula = (x, y) => {
    const at = (y * SIZE.width + x) * channels;
    return [...data.subarray(at, at + channels)];
  };
  expect(greatestDifference(await decodedPixels(bench, signed), formula)).toBeLessThanOrEqual(2);
  // Display P3 is wider: its red is brighter in sRGB, and its values differ.
  expect(greatestDifference(reference, colour)).toBeGreaterThan(8);
});

it('orientation and credits of a TIFF that libvips cannot read stay', async () => {
  const file = draw(1, 1, (x, y) => [x * 4 + y], [
    [339, SHORT, [2]],
    [274, SHORT, [6]],
    [315, ASCII, [...Buffer.from('Ann Miller\0')]],
  ]);
  const { facts, variants } = await bench.process(file, oneSize(32));
  expect(facts).toMatchObject({ width: SIZE.height, height: SIZE.width });
  const { exif } = await sharp(variants[0]?.data).metadata();
  expect(exif?.includes('Ann Miller')).toBe(true);
});
