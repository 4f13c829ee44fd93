import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayP3 } from './testing/display-p3.js';
import {
  alphaOf,
  clap,
  codedFixture,
  type CodedPicture,
  drawHeif,
  type DrawnHeif,
  drawOne,
  exifData,
  gridData,
  iccColour,
  imir,
  irot,
  ispe,
  numberedColour,
  readFixture,
} from './testing/draw-heif.js';
import { BLUE, drawQuarters, GREEN, RED, type Rgb, UPRIGHT, YELLOW } from './testing/drawings.js';
import { drawGreyProfile } from './testing/grey-profile.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
let quarters: CodedPicture;
beforeAll(async () => {
  bench = await createWorkbench();
  quarters = await codedFixture('quarters');
});
afterAll(() => bench.dispose());

const CENTRES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

async function expectQuarters(encoded: Buffer, expected: readonly Rgb[]): Promise<void> {
  for (const [index, [x, y]] of CENTRES.entries()) {
    expect(distance(await colourAt(encoded, x, y), expected[index] ?? RED)).toBeLessThan(12);
  }
}

/** Expects that the picture has this size and these colours. */
async function expectPicture(file: Buffer, width: number, height: number, expected: readonly Rgb[]) {
  const { facts, variants } = await bench.process(file, oneSize(500));
  expect(facts).toMatchObject({ width, height, frames: 1 });
  expect(only(variants)).toMatchObject({ width, height });
  await expectQuarters(only(variants).data, expected);
}

const expectRefused = (file: Buffer, code: string) =>
  expect(bench.process(file)).rejects.toMatchObject({ code });

const exifOf = async (tags: Record<string, string>, orientation = 1) => {
  const jpeg = await drawQuarters(8, 8)
    .withMetadata({ orientation })
    .withExifMerge({ IFD0: tags })
    .jpeg()
    .toBuffer();
  return exifData((await sharp(jpeg).metadata()).exif?.subarray(6) ?? Buffer.alloc(0));
};

/** A picture of four tiles of 64 pixels, cropped at its right and lower edge like any grid. */
async function drawGrid(width: number, height: number, ...ofGrid: Buffer[]): Promise<DrawnHeif> {
  const tiles = await Promise.all(
    ['red', 'green', 'blue', 'yellow'].map((name) => codedFixture(`tile-${name}`)),
  );
  return {
    items: [
      ...tiles.map(({ data, properties }, index) => ({ id: index + 1, type: 'hvc1', data, properties })),
      {
        id: 9,
        type: 'grid',
        data: gridData(2, 2, width, height),
        properties: [ispe(width, height), ...ofGrid],
      },
    ],
    primaryId: 9,
    references: [['dimg', 9, [1, 2, 3, 4]]],
  };
}

describe('a HEIC picture', () => {
  it('is decoded in every format', async () => {
    const file = await readFixture('quarters');
    await expectPicture(file, 128, 96, UPRIGHT);
    for (const format of ['webp', 'avif'] as const) {
      const variant = only(await bench.encode(file, format, oneSize(100)));
      expect(variant).toMatchObject({ width: 100, height: 75 });
      await expectQuarters(variant.data, UPRIGHT);
    }
  });

  it('of 10 bits is decoded', async () => {
    await expectPicture(await readFixture('quarters-10bit'), 128, 96, UPRIGHT);
  });

  it('keeps its alpha in WebP and is flattened onto white in JPEG', async () => {
    const file = await readFixture('quarters-alpha');
    const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
    expect(await colourAt(data, 0.25, 0.25)).toMatchObject({ 3: 0 });
    expect(distance(await colourAt(data, 0.75, 0.75), [...YELLOW, 255])).toBeLessThan(12);
    await expectPicture(file, 128, 96, [[255, 255, 255], GREEN, BLUE, YELLOW]);
  });

  it('with premultiplied alpha gets its colours back', async () => {
    const halfGrey = await codedFixture('grey');
    const file = drawHeif({
      items: [
        { id: 1, type: 'hvc1', ...quarters },
        { id: 2, type: 'hvc1', data: halfGrey.data, properties: [...halfGrey.properties, alphaOf()] },
      ],
      references: [
        ['auxl', 2, [1]],
        ['prem', 1, [2]],
      ],
    });
    const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
    const [red, green, , alpha] = await colourAt(data, 0.75, 0.25);
    expect(alpha).toBeGreaterThan(120);
    expect(alpha).toBeLessThan(136);
    // 30, 180, 60 at half alpha.
    expect(red).toBeGreaterThan(45);
    expect(green).toBeGreaterThan(245);
  });

  it('of tiles is assembled and cropped', async () => {
    await expectPicture(drawHeif(await drawGrid(112, 100)), 112, 100, UPRIGHT);
  });

  it('of tiles is rotated as a whole', async () => {
    const file = drawHeif(await drawGrid(112, 100, irot(3)));
    await expectPicture(file, 100, 112, [BLUE, RED, YELLOW, GREEN]);
  });

  it('is the primary one of several, in any position', async () => {
    const [red, blue] = await Promise.all([codedFixture('tile-red'), codedFixture('tile-blue')]);
    const items = [red, quarters, blue].map((picture, index) => ({
      id: index + 1,
      type: 'hvc1',
      ...picture,
    }));
    await expectPicture(drawHeif({ items, primaryId: 2 }), 128, 96, UPRIGHT);
    await expectPicture(drawHeif({ items, primaryId: 3 }), 64, 64, [BLUE, BLUE, BLUE, BLUE]);
  });

  it('is cropped to its clean aperture', async () => {
    await expectPicture(drawOne(quarters, clap(100, 60)), 100, 60, UPRIGHT);
  });
});

describe('rotation and mirroring', () => {
  const [a, b, c, d] = UPRIGHT;
  it.each([
    ['90° counterclockwise', [irot(1)], [b, d, a, c]],
    ['180°', [irot(2)], [d, c, b, a]],
    ['90° clockwise', [irot(3)], [c, a, d, b]],
    ['top and bottom swapped', [imir(0)], [c, d, a, b]],
    ['left and right swapped', [imir(1)], [b, a, d, c]],
    ['90° counterclockwise, then left and right swapped', [irot(1), imir(1)], [d, b, c, a]],
  ] as const)('%s: applied once, whatever EXIF says', async (_what, properties, expected) => {
    const falseSize = properties.some((property) =>
      property.includes('irot') ? property[8] === 1 || property[8] === 3 : false,
    );
    const [width, height] = falseSize ? [96, 128] : [128, 96];
    await expectPicture(drawOne(quarters, ...properties), width, height, expected);
    const file = drawHeif({
      items: [
        { id: 1, type: 'hvc1', data: quarters.data, properties: [...quarters.properties, ...properties] },
        { id: 2, type: 'Exif', data: await exifOf({ Artist: 'Ann Miller' }, 6) },
      ],
      references: [['cdsc', 2, [1]]],
    });
    await expectPicture(file, width, height, expected);
  });
});

describe('colour', () => {
  // (220, 30, 30) of Display P3 is outside sRGB: this is the nearest colour inside.
  const P3_RED: Rgb = [240, 0, 0];

  it('of an embedded Display P3 profile is converted', async () => {
    const profile = await displayP3();
    if (!profile) throw new Error('libvips has no Display P3 profile.');
    const { variants } = await bench.process(drawOne(quarters, iccColour(profile)), oneSize(500));
    expect(distance(await colourAt(only(variants).data, 0.25, 0.25), P3_RED)).toBeLessThan(12);
  });

  it('of Display P3, stated as a number, is converted', async () => {
    const { variants } = await bench.process(drawOne(quarters, numberedColour(12, 13, 6)), oneSize(500));
    expect(distance(await colourAt(only(variants).data, 0.25, 0.25), P3_RED)).toBeLessThan(12);
  });

  it('of the tiles is used for the grid', async () => {
    const profile = await displayP3();
    if (!profile) throw new Error('libvips has no Display P3 profile.');
    const grid = await drawGrid(128, 128);
    const items = grid.items.map((item) =>
      item.type === 'hvc1' ? { ...item, properties: [...(item.properties ?? []), iccColour(profile)] } : item,
    );
    const { variants } = await bench.process(drawHeif({ ...grid, items }), oneSize(500));
    expect(distance(await colourAt(only(variants).data, 0.25, 0.25), P3_RED)).toBeLessThan(12);
  });

  it.each([
    ['broken', Buffer.alloc(400, 7)],
    ['for grey', drawGreyProfile(2.2)],
    ['empty', Buffer.alloc(0)],
  ])('of a profile that is %s is read as sRGB', async (_what, profile) => {
    await expectPicture(drawOne(quarters, iccColour(profile)), 128, 96, UPRIGHT);
  });
});

describe('credits', () => {
  it('from EXIF are kept', async () => {
    const file = drawHeif({
      items: [
        { id: 1, type: 'hvc1', ...quarters },
        { id: 2, type: 'Exif', data: await exifOf({ Copyright: 'Ann Miller', Model: 'Secret' }) },
      ],
      references: [['cdsc', 2, [1]]],
    });
    const { data } = only((await bench.process(file, oneSize(60))).variants);
    expect(data.includes('Ann Miller')).toBe(true);
    expect(data.includes('Secret')).toBe(false);
  });

  it('in a malformed block do not fail the picture', async () => {
    for (const data of [
      Buffer.alloc(3),
      Buffer.alloc(4, 255),
      Buffer.from('\0\0\0\0II*\0\xff\xff\xff\xff', 'latin1'),
    ]) {
      const items = [
        { id: 1, type: 'hvc1', ...quarters },
        { id: 2, type: 'Exif', data },
      ];
      await expect(bench.process(drawHeif({ items, references: [['cdsc', 2, [1]]] }))).resolves.toBeDefined();
    }
  });
});

describe('corrupt_image is the code of', () => {
  it.each([0.003, 0.009, 0.1, 0.5, 0.95, 0.9999])('a file cut off at %d of its length', async (part) => {
    const whole = await readFixture('noise');
    await expect(bench.process(whole)).resolves.toBeDefined();
    await expectRefused(whole.subarray(0, Math.floor(whole.length * part)), 'corrupt_image');
  });

  it('a file cut off anywhere, or with zeros from any place, to the end or for 40 bytes', async () => {
    const whole = await readFixture('noise');
    for (let part = 1; part < 60; part += 1) {
      const at = Math.floor((whole.length * part) / 60);
      await expectRefused(whole.subarray(0, at), 'corrupt_image');
      await expectRefused(Buffer.from(whole).fill(0, at), 'corrupt_image');
      if (part < 58) await expectRefused(Buffer.from(whole).fill(0, at, at + 40), 'corrupt_image');
    }
  });

  it.each([0.1, 0.5, 0.95])(
    'a file of zeros from %d of its length, as an interrupted download leaves it',
    async (part) => {
      const broken = await readFixture('noise');
      broken.fill(0, Math.floor(broken.length * part));
      await expectRefused(broken, 'corrupt_image');
    },
  );

  it('a grid with one tile cut off or filled with zeros', async () => {
    const grid = await drawGrid(128, 128);
    const altered = (alter: (data: Buffer) => Buffer) =>
      drawHeif({
        ...grid,
        items: grid.items.map((item) =>
          item.id === 3 ? { ...item, data: alter(Buffer.from(item.data)) } : item,
        ),
      });
    await expect(bench.process(altered((data) => data))).resolves.toBeDefined();
    await expectRefused(
      altered((data) => data.subarray(0, data.length - 9)),
      'corrupt_image',
    );
    await expectRefused(
      altered((data) => data.fill(0, 6)),
      'corrupt_image',
    );
  });

  it('a picture whose size differs from the stated one', async () => {
    const [configuration = Buffer.alloc(0)] = quarters.properties;
    for (const [width, height] of [
      [64, 48],
      [4000, 3000],
    ] as const) {
      await expectRefused(
        drawOne({ ...quarters, properties: [configuration, ispe(width, height)] }),
        'corrupt_image',
      );
    }
  });

  it('a file without a size or configuration, with a missing tile, or with circular references', async () => {
    const [configuration = Buffer.alloc(0), size = Buffer.alloc(0)] = quarters.properties;
    await expectRefused(drawOne({ ...quarters, properties: [configuration] }), 'corrupt_image');
    await expectRefused(drawOne({ ...quarters, properties: [size] }), 'corrupt_image');
    const grid = await drawGrid(128, 128);
    await expectRefused(drawHeif({ ...grid, references: [['dimg', 9, [1, 2, 3, 7]]] }), 'corrupt_image');
    await expectRefused(drawHeif({ ...grid, references: [['dimg', 9, [9, 9, 9, 9]]] }), 'corrupt_image');
  });
});

describe('unsupported_format is the code of', () => {
  it.each(['av01', 'jpeg', 'vvc1', 'unci'])('a picture of the codec %s in HEIF', async (type) => {
    await expectRefused(drawHeif({ items: [{ id: 1, type, ...quarters }] }), 'unsupported_format');
  });
});

describe('limits', () => {
  it('apply before anything is decoded', async () => {
    const [configuration = Buffer.alloc(0)] = quarters.properties;
    const falseSize = drawOne({ ...quarters, properties: [configuration, ispe(60_000, 60_000)] });
    await expect(bench.process(falseSize)).rejects.toMatchObject({
      code: 'too_many_pixels',
      message: 'This picture is 60,000 × 60,000 pixels (3.6 gigapixels). The limit is 100 megapixels.',
    });
  });

  it('allow exactly the stated number of pixels', async () => {
    const file = await readFixture('quarters');
    await expect(bench.process(file, oneSize(50), { maxPixels: 128 * 96 })).resolves.toBeDefined();
    await expect(bench.process(file, oneSize(50), { maxPixels: 128 * 96 - 1 })).rejects.toMatchObject({
      code: 'too_many_pixels',
    });
  });
});
