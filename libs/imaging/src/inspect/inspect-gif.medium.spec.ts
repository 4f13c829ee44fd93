import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGif, type GifFrame } from '../testing/draw-gif.js';
import type { Rgb } from '../testing/drawings.js';
import { createWorkbench, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const COLOURS: readonly Rgb[] = [
  [220, 30, 30],
  [30, 180, 60],
  [40, 60, 220],
  [240, 220, 40],
];
/** Names of the cells of a picture: the colours by their index, and what no frame covers. */
const CELLS: Readonly<Record<string, readonly number[]>> = {
  R: [220, 30, 30, 255],
  G: [30, 180, 60, 255],
  B: [40, 60, 220, 255],
  Y: [240, 220, 40, 255],
  '.': [0, 0, 0, 0],
};
/** Pixels of a cell, so that the loss of WebP stays at its edges. */
const CELL = 32;
const [COLUMNS, ROWS] = [4, 2];
const CANVAS = { width: COLUMNS * CELL, height: ROWS * CELL };

type Area = readonly [left: number, top: number, width: number, height: number];

/** A frame in cells. */
function frame([left, top, width, height]: Area, colour: number, more: Partial<GifFrame> = {}): GifFrame {
  return {
    left: left * CELL,
    top: top * CELL,
    width: width * CELL,
    height: height * CELL,
    colour,
    ...more,
  };
}

const gif = (frames: readonly GifFrame[], bits?: number) =>
  drawGif({ ...CANVAS, colours: COLOURS, frames, ...(bits === undefined ? {} : { bits }) });

/** Draws the pixels of every frame as rows of cells, each named by its nearest colour. */
async function cellsOf(webp: Buffer): Promise<string[]> {
  const { data, info } = await sharp(webp, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const nameAt = (x: number, y: number): string => {
    const at = (Math.floor(y) * info.width + Math.floor(x)) * 4;
    const pixel = data.subarray(at, at + 4);
    const found = Object.entries(CELLS).find(([, cell]) =>
      cell.every((value, channel) => Math.abs(value - (pixel[channel] ?? 0)) <= 20),
    );
    return found?.[0] ?? `(${pixel.join(',')})`;
  };
  const [columns, rows] = [info.width / CELL, info.height / CELL];
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) =>
      nameAt((column + 0.5) * CELL, (row + 0.5) * CELL),
    ).join(''),
  );
  return Array.from({ length: rows / ROWS }, (_, index) =>
    cells.slice(index * ROWS, (index + 1) * ROWS).join(' '),
  );
}

const ALL: Area = [0, 0, COLUMNS, ROWS];
const LEFT: Area = [0, 0, 2, 2];
const MIDDLE: Area = [1, 0, 2, 2];
const RIGHT: Area = [2, 0, 2, 2];
const CORNER: Area = [3, 1, 1, 1];

/** What browsers show: what no frame covers, and what a frame clears, is transparent. Seen in Chromium. */
const SHOWN: [what: string, frames: GifFrame[], cells: string[]][] = [
  ['a frame that covers only a part', [frame(RIGHT, 1)], ['..GG ..GG']],
  [
    'a later frame beside a first one that covers only a part',
    [frame(RIGHT, 1), frame([0, 0, 1, 1], 2)],
    ['..GG ..GG', 'B.GG ..GG'],
  ],
  [
    'a first frame that is cleared',
    [frame(ALL, 1, { disposal: 2 }), frame(MIDDLE, 2), frame(CORNER, 3)],
    ['GGGG GGGG', '.BB. .BB.', '.BB. .BBY'],
  ],
  [
    'a frame that is cleared from a picture that stays',
    [frame(ALL, 1), frame(MIDDLE, 2, { disposal: 2 }), frame(CORNER, 3)],
    ['GGGG GGGG', 'GBBG GBBG', 'G..G G..Y'],
  ],
  [
    'frames that are all cleared',
    [frame(ALL, 1, { disposal: 2 }), frame(LEFT, 2, { disposal: 2 }), frame(RIGHT, 3, { disposal: 2 })],
    ['GGGG GGGG', 'BB.. BB..', '..YY ..YY'],
  ],
  [
    'a frame that restores what was there before',
    [frame(ALL, 1), frame(MIDDLE, 2, { disposal: 3 }), frame(CORNER, 3)],
    ['GGGG GGGG', 'GBBG GBBG', 'GGGG GGGY'],
  ],
  [
    'a first frame that restores what was there before',
    [frame(ALL, 1, { disposal: 3 }), frame(MIDDLE, 2)],
    ['GGGG GGGG', '.BB. .BB.'],
  ],
  [
    'a cleared frame under one that restores it',
    [frame(ALL, 1, { disposal: 2 }), frame(ALL, 2, { disposal: 3 }), frame(CORNER, 3)],
    ['GGGG GGGG', 'BBBB BBBB', '.... ...Y'],
  ],
];

describe('a GIF without a transparent colour shows as in browsers', () => {
  it.each(SHOWN)('%s', async (_what, frames, cells) => {
    const original = gif(frames);
    const { facts } = await bench.process(original, oneSize(CANVAS.width));
    expect(facts).toMatchObject({ ...CANVAS, frames: frames.length });
    const { data } = only(await bench.encode(original, 'webp', oneSize(CANVAS.width)));
    expect(await cellsOf(data)).toEqual(cells);
  });

  it('with 256 colours, when all frames are cleared', async () => {
    const [, , , , [, frames, cells]] = SHOWN as [unknown, unknown, unknown, unknown, (typeof SHOWN)[number]];
    const { data } = only(await bench.encode(gif(frames, 8), 'webp', oneSize(CANVAS.width)));
    expect(await cellsOf(data)).toEqual(cells);
  });

  it('in a JPEG on white', async () => {
    const { variants } = await bench.process(gif([frame(RIGHT, 1)]), oneSize(CANVAS.width));
    const { data, info } = await sharp(only(variants).data).raw().toBuffer({ resolveWithObject: true });
    const at = (info.width + 1) * CELL * 0.5 * info.channels;
    const pixel = [...data.subarray(at, at + 3)];
    for (const value of pixel) expect(value).toBeGreaterThanOrEqual(250);
  });
});

it('an opaque GIF stays opaque', async () => {
  const original = gif([frame(ALL, 1, { disposal: 2 }), frame(ALL, 2, { disposal: 2 }), frame(ALL, 3)]);
  const { data } = only(await bench.encode(original, 'webp', oneSize(CANVAS.width)));
  expect(await cellsOf(data)).toEqual(['GGGG GGGG', 'BBBB BBBB', 'YYYY YYYY']);
  expect(await sharp(data).stats()).toMatchObject({ isOpaque: true });
});

it('the times of the frames and the repetitions stay', async () => {
  const frames = [frame(RIGHT, 1), frame(LEFT, 2), frame(CORNER, 3)];
  const original = drawGif({ ...CANVAS, colours: COLOURS, frames, loop: 4 });
  // The first control block's delay, in hundredths of a second.
  original.writeUInt16LE(70, original.indexOf(Buffer.from([0x21, 0xf9, 4])) + 4);
  const { data } = only(await bench.encode(original, 'webp', oneSize(CANVAS.width)));
  // WebP counts the plays, GIF what follows the first one.
  expect(await sharp(data).metadata()).toMatchObject({ delay: [700, 100, 100], loop: 5 });
});

describe('the canvas', () => {
  /** Sizes that libnsgif distrusts. */
  it.each([
    [640, 480],
    [800, 600],
    [1600, 1200],
    [2500, 100],
  ])('of %i × %i pixels is kept, although the first frame is smaller', async (width, height) => {
    const middle = { left: width / 4, top: height / 4, width: width / 2, height: height / 2, colour: 1 };
    const original = drawGif({ width, height, colours: COLOURS, frames: [middle] });
    const { facts, variants } = await bench.process(original, oneSize(200));
    expect(facts).toMatchObject({ width, height, frames: 1 });
    const { data, info } = await sharp(only(variants).data).raw().toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number) => {
      const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
      return [...data.subarray(at, at + 3)];
    };
    expect(
      Math.max(...pixel(0.5, 0.5).map((value, channel) => Math.abs(value - (CELLS['G']?.[channel] ?? 0)))),
    ).toBeLessThan(12);
    expect(Math.min(...pixel(0.1, 0.5))).toBeGreaterThan(243);
  });

  it('grows to a first frame that extends beyond it', async () => {
    const wide: GifFrame = { left: 10, top: 0, width: 40, height: 30, colour: 1 };
    const original = drawGif({ width: 20, height: 20, colours: COLOURS, frames: [wide] });
    const { facts } = await bench.process(original, oneSize(50));
    expect(facts).toMatchObject({ width: 50, height: 30 });
  });

  it('of more pixels than the limit is not believed', async () => {
    const small: GifFrame = { left: 0, top: 0, width: 40, height: 30, colour: 1 };
    const original = drawGif({ width: 65_535, height: 65_535, colours: COLOURS, frames: [small] });
    const { facts } = await bench.process(original, oneSize(40));
    expect(facts).toMatchObject({ width: 40, height: 30 });
  });
});
