import { drawJpeg, drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPng, manyScans } from '../testing/bombs.js';
import { drawQuarters, UPRIGHT } from '../testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SIZE = { width: 96, height: 64 };
/** Offsets in the frame of a JPEG, from its marker (T.81, B.2.2). */
const [PRECISION, HEIGHT, WIDTH, COUNT, COMPONENTS] = [4, 5, 7, 9, 10];

/** A baseline JPEG of four quarters with a changed frame. */
async function jpegWith(change: (frame: Buffer) => void, quality = 95): Promise<Buffer> {
  const jpeg = await drawQuarters(SIZE.width, SIZE.height)
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer();
  change(jpeg.subarray(jpeg.indexOf('\xff\xc0', 0, 'latin1')));
  return jpeg;
}

const withMarker = (marker: number) => () => jpegWith((frame) => frame.writeUInt8(marker, 1));

/** Complete pictures that no decoder here can read. */
const UNSUPPORTED: [what: string, draw: () => Promise<Buffer>][] = [
  ['a JPEG with 12 bits a sample', () => jpegWith((frame) => frame.writeUInt8(12, PRECISION))],
  ['a lossless JPEG', withMarker(0xc3)],
  ['a hierarchical JPEG', withMarker(0xc5)],
  ['a hierarchical JPEG', withMarker(0xde)],
  ['a lossless JPEG', withMarker(0xcb)],
  ['a JPEG-LS', withMarker(0xf7)],
  [
    'a JPEG with 2 colour components',
    () =>
      jpegWith((frame) => {
        frame.writeUInt8(2, COUNT);
      }),
  ],
  [
    'a JPEG with fractional chroma subsampling',
    () =>
      jpegWith((frame) => {
        frame.writeUInt8(0x31, COMPONENTS + 1);
        frame.writeUInt8(0x21, COMPONENTS + 4);
      }),
  ],
  [
    'a JPEG with a side of more than 65,500 pixels',
    () =>
      jpegWith((frame) => {
        frame.writeUInt16BE(65_501, WIDTH);
      }),
  ],
  [
    'a JPEG with more than 200 scans',
    async () =>
      manyScans(await drawQuarters(SIZE.width, SIZE.height).jpeg({ progressive: true }).toBuffer(), 200),
  ],
  [
    'a PNG in Apple’s CgBI form',
    async () => {
      const png = await drawQuarters(SIZE.width, SIZE.height).png().toBuffer();
      const marker = Buffer.from('0000000443674249500020022bd5b37f', 'hex');
      return Buffer.concat([png.subarray(0, 8), marker, png.subarray(8)]);
    },
  ],
];

describe('unsupported_format names', () => {
  it.each(UNSUPPORTED)('%s', async (what, draw) => {
    const expected = {
      code: 'unsupported_format',
      message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
    };
    const original = await draw();
    await expect(bench.process(original, oneSize(96))).rejects.toMatchObject(expected);
    await expect(bench.encode(original, 'webp', oneSize(96))).rejects.toMatchObject(expected);
  });

  describe.skipIf(!services().python)('as encoders of the field write it:', () => {
    it.each([
      ['a JPEG with 12 bits a sample', 'jpeg8_encode(rgb.astype("uint16") * 16, 95, bitspersample=12)'],
      ['a lossless JPEG', 'jpeg8_encode(rgb, lossless=True)'],
      ['a lossless JPEG', 'ljpeg_encode(rgb[..., 0].astype("uint16") * 16, bitspersample=12)'],
      ['a JPEG-LS', 'jpegls_encode(rgb // 32)'],
      ['a JPEG with 2 colour components', 'jpeg8_encode(rgb[..., :2].copy())'],
    ])('%s, by %s', async (what, call) => {
      const original = await drawWithPython(
        `import imagecodecs
rgb = np.random.default_rng(1).integers(0, 256, (64, 96, 3), "uint8")
write(imagecodecs.${call})`,
      );
      await expect(bench.process(original, oneSize(96))).rejects.toMatchObject({
        code: 'unsupported_format',
        message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
      });
    });
  });
});

describe('corrupt_image is the code of', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['a JPEG of height 0 without a later height', () => jpegWith((frame) => frame.writeUInt16BE(0, HEIGHT))],
    ['a JPEG with sampling factors of 0', () => jpegWith((frame) => frame.writeUInt8(0, COMPONENTS + 1))],
    ['a JPEG with samples of 0 bits', () => jpegWith((frame) => frame.writeUInt8(0, PRECISION))],
    ['a JPEG without components', () => jpegWith((frame) => frame.writeUInt8(0, COUNT))],
    [
      'a PNG whose first chunk is not IHDR',
      async () => {
        const png = drawPng({ ...SIZE });
        return Buffer.concat([
          png.subarray(0, 8),
          Buffer.from('00000004414263440000000000000000', 'hex'),
          png.subarray(8),
        ]);
      },
    ],
    ['a PNG that ends within IHDR', async () => drawPng({ ...SIZE }).subarray(0, 20)],
  ])('%s', async (_what, draw) => {
    await expect(bench.process(await draw(), oneSize(96))).rejects.toMatchObject({ code: 'corrupt_image' });
  });
});

describe('a JPEG whose height follows its first scan', () => {
  /** Moves the height out of the frame into a DNL marker before the end of the image (T.81, B.2.5). */
  async function withDnl(height: number): Promise<Buffer> {
    const jpeg = await jpegWith((frame) => frame.writeUInt16BE(0, HEIGHT));
    const dnl = Buffer.from([0xff, 0xdc, 0, 4, height >> 8, height & 0xff]);
    return Buffer.concat([jpeg.subarray(0, -2), dnl, jpeg.subarray(-2)]);
  }

  it('is shown whole', async () => {
    const { facts, variants } = await bench.process(await withDnl(SIZE.height), oneSize(96));
    expect(facts).toMatchObject(SIZE);
    for (const [index, colour] of UPRIGHT.entries()) {
      const [x, y] = [index % 2 === 0 ? 0.2 : 0.8, index < 2 ? 0.2 : 0.8];
      expect(distance(await colourAt(only(variants).data, x, y), colour)).toBeLessThan(12);
    }
  });

  it('is checked against the limits, and for its length', async () => {
    await expect(
      bench.process(await withDnl(60_000), oneSize(96), { maxPixels: 5_000_000 }),
    ).rejects.toMatchObject({
      code: 'too_many_pixels',
      message: expect.stringContaining('96 × 60,000 pixels'),
    });
    await expect(bench.process(await withDnl(60_000), oneSize(96))).rejects.toMatchObject({
      code: 'corrupt_image',
    });
  });
});

/** 3000 × 2000 pixels of #336699, drawn by `cjpeg -arithmetic`: 0.02 bits a block. */
const FLAT_ARITHMETIC = `/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcp
LDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/
yQARCAfQC7gDASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwD/AGTox24pt4rA/9k=`;

it('a flat JPEG with arithmetic coding is not too short for its size', async () => {
  const original = Buffer.from(FLAT_ARITHMETIC, 'base64');
  const { facts, variants } = await bench.process(original, oneSize(300));
  expect(facts).toMatchObject({ width: 3000, height: 2000 });
  expect(distance(await colourAt(only(variants).data, 0.9, 0.9), [0x33, 0x66, 0x99])).toBeLessThan(4);
});

it('a photograph passes unchanged', async () => {
  const original = await drawJpeg({ width: 400, height: 300, quality: 90 });
  const { facts } = await bench.process(original, oneSize(200));
  expect(facts).toMatchObject({ width: 400, height: 300 });
  expect((await sharp(original).metadata()).chromaSubsampling).toBe('4:2:0');
});
