import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { pngChunk } from './draw-png.js';

export type Rgb = readonly [number, number, number];
export const RED: Rgb = [220, 30, 30];
export const GREEN: Rgb = [30, 180, 60];
export const BLUE: Rgb = [40, 60, 220];
export const YELLOW: Rgb = [240, 220, 40];

/** Four quarters of one colour each: top left, top right, bottom left, bottom right. */
export type Quarters = readonly [Rgb, Rgb, Rgb, Rgb];
export const UPRIGHT: Quarters = [RED, GREEN, BLUE, YELLOW];

/** Draws four quarters of colour; 8 bits, no alpha. */
export function drawQuarters(width: number, height: number, quarters: Quarters = UPRIGHT): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const quarter = quarters[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? RED;
      data.set(quarter, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Draws a GIF of two frames: the quarters, and their negative. */
export async function drawAnimation(): Promise<Buffer> {
  const frames = [drawQuarters(60, 40), drawQuarters(60, 40).negate()];
  const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
  return sharp(pngs, { join: { animated: true } })
    .gif()
    .toBuffer();
}

/** Returns the stored order of the quarters that the EXIF orientation displays as `UPRIGHT` (EXIF 2.32, 4.6.4). */
export function storedQuarters(orientation: number): Quarters {
  const [a, b, c, d] = UPRIGHT;
  const stored: Record<number, Quarters> = {
    1: [a, b, c, d],
    2: [b, a, d, c],
    3: [d, c, b, a],
    4: [c, d, a, b],
    5: [a, c, b, d],
    6: [b, d, a, c],
    7: [d, b, c, a],
    8: [c, a, d, b],
  };
  return stored[orientation] ?? UPRIGHT;
}

/** A PNG whose header states a size that its pixels do not fill. */
export function headerBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 2;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * A TIFF of one grey strip, with a copyright, an orientation and a private tag that no reader supports.
 *
 * @param samples - samples of a pixel: the first is grey, the meaning of the others is not stated
 */
export function drawTiff(
  width: number,
  height: number,
  copyright: string,
  orientation: number,
  samples = 1,
): Buffer {
  const text = Buffer.from(`${copyright}\0`);
  const pixels = Buffer.alloc(width * height * samples, 120);
  const count = 12;
  const textAt = 8 + 2 + count * 12 + 4;
  const pixelsAt = textAt + text.length;
  const entries: [tag: number, type: 2 | 3 | 4, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, pixelsAt],
    [274, 3, 1, orientation],
    [277, 3, 1, samples],
    [278, 4, 1, height],
    [279, 4, 1, pixels.length],
    // A value of up to four bytes is in the entry itself.
    [33432, 2, text.length, text.length > 4 ? textAt : Buffer.concat([text, u32(0)]).readUInt32LE(0)],
    [65_000, 4, 1, 7],
  ];
  const directory = Buffer.alloc(2 + count * 12 + 4);
  directory.writeUInt16LE(count, 0);
  entries.forEach(([tag, type, length, value], index) => {
    const at = 2 + index * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(length, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory, text, pixels]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
