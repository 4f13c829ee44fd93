import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { inputFormatNames } from '@darkroom/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPng } from './testing/bombs.js';
import { drawQuarters, RED } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const WHITE = [255, 255, 255];

it('a GIF has the size of its canvas, even if a frame covers only a part', async () => {
  const gif = await drawQuarters(20, 10, [RED, RED, RED, RED]).gif().toBuffer();
  const [width, height, left, top] = [60, 40, 30, 20];
  gif.writeUInt16LE(width, 6);
  gif.writeUInt16LE(height, 8);
  const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 20, 0, 10, 0]));
  gif.writeUInt16LE(left, descriptor + 1);
  gif.writeUInt16LE(top, descriptor + 3);
  const { facts, variants } = await bench.process(gif, oneSize(60));
  expect(facts).toMatchObject({ width, height, frames: 1 });
  const { data } = only(variants);
  expect(distance(await colourAt(data, 40 / 60, 25 / 40), RED)).toBeLessThan(20);
  for (const [x, y] of [
    [0.1, 0.1],
    [0.1, 0.6],
    [0.95, 0.95],
  ] as const) {
    expect(distance(await colourAt(data, x, y), WHITE)).toBeLessThan(20);
  }
});

it('an animated PNG shows its first picture', async () => {
  const size = { width: 16, height: 8 };
  const rows = (rgba: readonly number[]) =>
    deflateSync(
      Buffer.concat(Array.from({ length: 8 }, () => Buffer.from([0, ...Array(16).fill(rgba).flat()]))),
    );
  const control = (sequence: number) => {
    const data = Buffer.alloc(26);
    [sequence, 16, 8].forEach((value, index) => data.writeUInt32BE(value, index * 4));
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return data;
  };
  const frames = Buffer.alloc(8);
  frames.writeUInt32BE(2, 0);
  const second = Buffer.concat([Buffer.from([0, 0, 0, 2]), rows([0, 0, 255, 255])]);
  const png = drawPng({
    ...size,
    chunks: [
      ['acTL', frames],
      ['fcTL', control(0)],
    ],
    pixels: rows([...RED, 255]),
    trailingChunks: [
      ['fcTL', control(1)],
      ['fdAT', second],
    ],
  });
  const { facts, variants } = await bench.process(png, oneSize(16));
  expect(facts).toMatchObject({ ...size, frames: 1 });
  expect(distance(await colourAt(only(variants).data, 0.5, 0.5), RED)).toBeLessThan(12);
  const webp = only(await bench.encode(png, 'webp', oneSize(16)));
  expect((await sharp(webp.data).metadata()).pages ?? 1).toBe(1);
});

it('a JPEG with another picture after its end, such as a gain map or preview, shows the first', async () => {
  const [first, second] = await Promise.all([
    drawQuarters(64, 48, [RED, RED, RED, RED]).jpeg().toBuffer(),
    drawQuarters(32, 24).jpeg().toBuffer(),
  ]);
  const { facts, variants } = await bench.process(Buffer.concat([first, second]), oneSize(64));
  expect(facts).toMatchObject({ width: 64, height: 48 });
  expect(distance(await colourAt(only(variants).data, 0.9, 0.9), RED)).toBeLessThan(12);
});

describe('the loaders of libvips for other formats are blocked:', () => {
  const others: [name: string, file: string][] = [
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['PPM', 'P6 1 1 255 abc'],
    ['PDF', '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>'],
    ['Radiance', '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd'],
    ['CSV', '1,2\n3,4\n'],
    ['a matrix', '2 1\n1 2\n'],
    ['FITS', `SIMPLE  =                    T${' '.repeat(3000)}`],
  ];
  it.each(others.filter(([name]) => !inputFormatNames.includes(name)))(
    '%s, from a file and from memory',
    async (what, text) => {
      const path = join(bench.folder, `${what}.${what.toLowerCase()}`);
      await writeFile(path, text);
      await expect(sharp(path).metadata()).rejects.toThrow(/unsupported image format/);
      await expect(sharp(Buffer.from(text)).metadata()).rejects.toThrow(/unsupported image format/);
    },
  );

  it('the native format of libvips, which it opens by name', async () => {
    const path = join(bench.folder, 'own.v');
    await drawQuarters(8, 8).toFile(path);
    await expect(sharp(path).metadata()).rejects.toThrow(/blocked|unsupported image format/);
  });
});
