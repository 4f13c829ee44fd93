import { readFileSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import sharp from 'sharp';
import { checkPixels } from '../check-limits.js';
import { type Context, need } from '../context.js';
import type { ImagingLimits } from '../engine-types.js';
import type { Header } from '../loader.js';
import { createRawTiff } from '../raw-tiff.js';
import { readAt } from '../read-at.js';
import { Bytes } from './bytes.js';
import { type Dib, parseDib } from './dib-header.js';
import { dibStride, unpackDib } from './dib-pixels.js';
import { rasterMetadata } from './raster-header.js';

const DIRECTORY_BYTES = 6;
const ENTRY_BYTES = 16;
/** Real icons have a dozen. */
const ENTRIES_MAX = 256;
/** A picture of the directory is at most 256 × 256, a PNG inside it some thousand pixels. */
const PICTURE_MAX_BYTES = 64 * 2 ** 20;
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Reads the header of the largest picture in an ICO or CUR file. @param fd - an open file; stays open */
export async function readIco(fd: number, limits: ImagingLimits): Promise<Header> {
  const head = new Bytes(readAt(fd, 0, DIRECTORY_BYTES + ENTRIES_MAX * ENTRY_BYTES));
  const { at, length } = findLargest(head);
  const picture = readAt(fd, at, Math.min(length, PICTURE_MAX_BYTES));
  if (picture.length < length) throw new PictureFault('corrupt_image');
  if (isPng(picture)) {
    const file = new Bytes(picture);
    checkPixels({ width: file.u32be(16), height: file.u32be(20) }, limits);
    return { metadata: await sharp(picture, { failOn: 'error', limitInputPixels: false }).metadata() };
  }
  const { width, height } = parseIcon(new Bytes(picture));
  return { metadata: rasterMetadata({ width, height, channels: 4 }) };
}

/** Decodes the largest picture of an ICO or CUR file. @returns its PNG, or an uncompressed TIFF */
export async function decodeIco(context: Context): Promise<Buffer> {
  const file = new Bytes(readFileSync(context.input.path));
  const { at, length } = findLargest(file);
  const picture = file.slice(at, length);
  if (isPng(picture)) return picture;
  need(context, 'source');
  return unpackIcon(new Bytes(picture), context);
}

function isPng(picture: Buffer): boolean {
  return picture.subarray(0, PNG.length).equals(PNG);
}

/** Of two pictures of one size, the one of more bytes has more colours. */
function findLargest(file: Bytes): { at: number; length: number } {
  const count = Math.min(ENTRIES_MAX, file.u16le(4));
  const entries = Array.from({ length: count }, (_, index) => {
    const entry = DIRECTORY_BYTES + index * ENTRY_BYTES;
    // 0 stands for 256.
    const pixels = (file.u8(entry) || 256) * (file.u8(entry + 1) || 256);
    return { pixels, length: file.u32le(entry + 8), at: file.u32le(entry + 12) };
  });
  const [largest] = entries.toSorted((a, b) => b.pixels - a.pixels || b.length - a.length);
  if (!largest) throw new PictureFault('corrupt_image');
  return largest;
}

/** The bitmap of an icon: its header counts the rows of the colours and of the mask behind them. */
function parseIcon(picture: Bytes): Dib {
  const dib = parseDib(picture, 0, 0);
  // No program writes another, and the mask would lie behind an unknown number of bytes.
  if (dib.packing === 'rle4' || dib.packing === 'rle8' || dib.topDown)
    throw new PictureFault('corrupt_image');
  const height = dib.height >> 1;
  if (height === 0) throw new PictureFault('corrupt_image');
  return { ...dib, height };
}

function unpackIcon(picture: Bytes, { deadline }: Context): Buffer {
  const dib = parseIcon(picture);
  const { width, height } = dib;
  const { file, pixels } = createRawTiff({ width, height, channels: 4 }, null);
  if (dib.bits === 32 && hasAlpha(picture, dib)) {
    unpackDib(picture, { ...dib, masks: [0xff_00_00, 0xff_00, 0xff, 0xff_00_00_00] }, pixels, deadline);
    return file;
  }
  const colours = Buffer.alloc(width * height * 3);
  unpackDib(picture, dib, colours, deadline);
  const stride = dibStride(width, 1);
  const maskAt = dib.pixelsAt + dibStride(width, dib.bits) * height;
  for (let y = 0; y < height; y += 1) {
    const mask = picture.slice(maskAt + (height - 1 - y) * stride, Math.ceil(width / 8));
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 3;
      const to = (y * width + x) * 4;
      colours.copy(pixels, to, from, from + 3);
      const isTransparent = ((mask[x >> 3] ?? 0) & (0x80 >> (x & 7))) !== 0;
      pixels[to + 3] = isTransparent ? 0 : 255;
    }
  }
  return file;
}

/** Before Windows XP, the fourth byte of a pixel was 0, and the mask alone made a pixel transparent. */
function hasAlpha(picture: Bytes, { width, height, pixelsAt }: Dib): boolean {
  const pixels = picture.slice(pixelsAt, width * height * 4);
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) return true;
  return false;
}
