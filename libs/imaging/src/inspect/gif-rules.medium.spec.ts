import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { FileWindow } from '../complete/file-window.js';
import { gifFrames } from '../complete/gif-frames.js';
import { drawGif, type GifFrame } from '../testing/draw-gif.js';
import type { Rgb } from '../testing/drawings.js';
import { Random } from '../testing/random.js';
import { LIMITS } from '../testing/workbench.js';
import { inspectGif } from './inspect-gif.js';

let folder: string;
let opened = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-gif-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COLOURS: readonly Rgb[] = [
  [220, 30, 30],
  [30, 180, 60],
  [40, 60, 220],
  [240, 220, 40],
];
const CLEAR = '.';
const [WIDTH, HEIGHT] = [5, 4];
const GIFS = 300;

/** An animation of two to six frames at any place, some of them partly outside the canvas. */
function drawFrames(random: Random): GifFrame[] {
  const side = (most: number) => 1 + random.below(most);
  const hasTransparency = random.below(3) === 0;
  const frames = Array.from({ length: 2 + random.below(5) }, (): GifFrame => {
    const isWhole = random.below(3) === 0;
    return {
      left: isWhole ? 0 : random.below(WIDTH),
      top: isWhole ? 0 : random.below(HEIGHT),
      width: isWhole ? WIDTH : side(WIDTH),
      height: isWhole ? HEIGHT : side(HEIGHT),
      colour: random.below(COLOURS.length),
      disposal: random.pick([0, 1, 2, 3, 4] as const),
      ...(hasTransparency && random.below(2) === 0 ? { transparent: random.below(COLOURS.length) } : {}),
    };
  });
  const [first] = frames;
  // A first frame that extends beyond the canvas makes it larger.
  if (first) {
    first.width = Math.min(first.width, WIDTH - first.left);
    first.height = Math.min(first.height, HEIGHT - first.top);
  }
  return frames;
}

/** Composes frames as browsers do: what is cleared becomes transparent. The canvas is empty at first. */
function compose(frames: readonly GifFrame[]): string[] {
  let canvas = Array.from({ length: WIDTH * HEIGHT }, () => CLEAR);
  const shown: string[] = [];
  for (const { left, top, width, height, colour, disposal, transparent } of frames) {
    const before = canvas;
    const fill = (cells: readonly string[], value: string) =>
      cells.map((cell, index) => {
        const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)];
        return x >= left && x < left + width && y >= top && y < top + height ? value : cell;
      });
    if (transparent !== colour) canvas = fill(canvas, String(colour));
    shown.push(canvas.join(''));
    if (disposal === 2) canvas = fill(canvas, CLEAR);
    if (disposal === 3 || disposal === 4) canvas = before;
  }
  return shown;
}

/** Opens a GIF until the end of the test. */
function windowOf(gif: Buffer): FileWindow {
  opened += 1;
  const path = join(folder, `${opened}.gif`);
  writeFileSync(path, gif);
  const fd = openSync(path, 'r');
  onTestFinished(() => closeSync(fd));
  return new FileWindow(fd);
}

/** Decodes all frames with libvips, from the mended copy if there is one. */
async function decode(gif: Buffer, count: number): Promise<string[]> {
  const mended = inspectGif(windowOf(gif), LIMITS);
  const { data, info } = await sharp(mended?.file ?? gif, { page: mended?.leadingPages ?? 0, pages: count })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: WIDTH, height: HEIGHT * count });
  const cells = Array.from({ length: WIDTH * HEIGHT * count }, (_, index) => {
    const [red, green, blue, alpha] = data.subarray(index * 4, index * 4 + 4);
    if (alpha === 0) return CLEAR;
    return String(COLOURS.findIndex(([r, g, b]) => r === red && g === green && b === blue));
  });
  return Array.from({ length: count }, (_, index) =>
    cells.slice(index * WIDTH * HEIGHT, (index + 1) * WIDTH * HEIGHT).join(''),
  );
}

it(`shows ${GIFS} random animations as browsers do, in every pixel`, async () => {
  for (let number = 0; number < GIFS; number += 1) {
    const frames = drawFrames(new Random(13, number));
    const bits = number % 2 === 0 ? 2 : 8;
    const gif = drawGif({ width: WIDTH, height: HEIGHT, colours: COLOURS, frames, bits });
    expect({ number, shown: await decode(gif, frames.length) }).toEqual({ number, shown: compose(frames) });
  }
}, 60_000);

/** A frame whose pixels are noise of many colours, as an encoder of the field codes them. */
async function drawNoise(side: number, colours: number) {
  const noise = new Random(5).bytes(side * side * 3);
  const gif = await sharp(noise, { raw: { width: side, height: side, channels: 3 } })
    .gif({ colours, dither: 0 })
    .toBuffer();
  const tableAt = 13;
  const table = gif.subarray(tableAt, tableAt + 768);
  const [frame] = gifFrames(windowOf(gif));
  if (frame === undefined) throw new Error('The encoder has written no frame.');
  return { gif, table, data: gif.subarray(frame.dataAt, -1) };
}

it.each([200, 255])('clears a frame of %i colours from a picture that stays', async (colours) => {
  const side = 96;
  const { gif, table, data } = await drawNoise(side, colours);
  const all = { left: 0, top: 0, width: side + 4, height: side };
  const frames: GifFrame[] = [
    { ...all, colour: 1 },
    { ...all, width: side, colour: 0, disposal: 2, data },
    { left: side, top: 0, width: 4, height: 4, colour: 2 },
  ];
  const palette = Array.from(
    { length: 256 },
    (_, index): Rgb => [...table.subarray(index * 3, index * 3 + 3)] as unknown as Rgb,
  );
  const original = drawGif({ width: all.width, height: side, colours: palette, frames });
  const mended = inspectGif(windowOf(original), LIMITS);
  const pages = async (page: number) =>
    sharp(mended?.file, { page: page + 1 })
      .extract({ ...all, width: side })
      .ensureAlpha()
      .raw()
      .toBuffer();
  expect(await pages(1)).toEqual(await sharp(gif).ensureAlpha().raw().toBuffer());
  expect((await pages(2)).every((value) => value === 0)).toBe(true);
});
