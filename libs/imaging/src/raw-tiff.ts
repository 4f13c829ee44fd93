import type { Size } from './variant-size.js';

export interface RawTiff {
  file: Buffer;
  /** The part of the file for the pixels, row by row and without gaps; samples of 16 bits are little endian. */
  pixels: Buffer;
}

export interface RawPicture extends Size {
  /** 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha. Alpha is not premultiplied. */
  channels: 1 | 2 | 3 | 4;
  /** Bits of a sample. The default is 8. */
  bits?: 8 | 16;
  /** The four channels are cyan, magenta, yellow and black. */
  isCmyk?: boolean;
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
/** Bytes; libtiff reads one strip at a time. */
const STRIP_BYTES = 2 ** 20;

/**
 * Creates an uncompressed TIFF (TIFF 6.0) with room for pixels. Sharp accepts raw pixels only without a profile, but a
 * TIFF in memory with one.
 *
 * @param icc - embedded; null for sRGB
 */
export function createRawTiff(picture: RawPicture, icc: Buffer | null): RawTiff {
  const { width, height, channels, bits = 8, isCmyk = false } = picture;
  const hasAlpha = !isCmyk && (channels === 2 || channels === 4);
  const row = width * channels * (bits / 8);
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / row)));
  const strips = Math.ceil(height / rows);
  const count = 11 + (hasAlpha ? 1 : 0) + (icc ? 1 : 0);
  const bitsAt = 8 + 2 + count * 12 + 4;
  const offsetsAt = bitsAt + channels * 2;
  const lengthsAt = offsetsAt + strips * 4;
  const iccAt = lengthsAt + strips * 4;
  const iccEnd = iccAt + (icc?.length ?? 0);
  // Samples of 16 bits begin at an even offset.
  const pixelsAt = iccEnd + (iccEnd % 2);
  const file = Buffer.allocUnsafe(pixelsAt + row * height);

  const inline = strips === 1;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    // Two numbers of 16 bits fit into the entry itself.
    [258, SHORT, channels, channels <= 2 ? bits * (channels === 2 ? 0x1_0001 : 1) : bitsAt],
    // No compression; black is zero, red, green and blue, or CMYK.
    [259, SHORT, 1, 1],
    [262, SHORT, 1, isCmyk ? 5 : channels <= 2 ? 1 : 2],
    [273, LONG, strips, inline ? pixelsAt : offsetsAt],
    [274, SHORT, 1, 1],
    [277, SHORT, 1, channels],
    [278, LONG, 1, rows],
    [279, LONG, strips, inline ? row * height : lengthsAt],
    [284, SHORT, 1, 1],
  ];
  if (hasAlpha) entries.push([338, SHORT, 1, 2]);
  if (icc) entries.push([34_675, UNDEFINED, icc.length, iccAt]);

  file.write('II*\0\x08\0\0\0', 'latin1');
  file.writeUInt16LE(count, 8);
  entries.forEach(([tag, type, length, value], index) => {
    const at = 10 + index * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(length, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  file.writeUInt32LE(0, 10 + count * 12);
  for (let channel = 0; channel < channels; channel += 1) file.writeUInt16LE(bits, bitsAt + channel * 2);
  for (let strip = 0; strip < strips; strip += 1) {
    const from = strip * rows * row;
    file.writeUInt32LE(pixelsAt + from, offsetsAt + strip * 4);
    file.writeUInt32LE(Math.min(rows * row, row * height - from), lengthsAt + strip * 4);
  }
  if (icc) icc.copy(file, iccAt);
  return { file, pixels: file.subarray(pixelsAt) };
}
