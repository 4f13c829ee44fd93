import { readFileSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { type Context, need } from '../context.js';
import type { Deadline } from '../deadline.js';
import type { Header } from '../loader.js';
import { createRawTiff } from '../raw-tiff.js';
import { readAt } from '../read-at.js';
import { Bytes } from './bytes.js';
import { rasterMetadata } from './raster-header.js';

const HEADER_BYTES = 14;
/** Seven zeros and a one. */
const END_BYTES = 8;
/** Pixels between two looks at the clock. */
const PIXELS_A_LOOK = 2 ** 20;

interface QoiHeader {
  width: number;
  height: number;
  channels: 3 | 4;
}

/** Reads the header of a QOI file (qoiformat.org, 1.0). @param fd - an open file; stays open */
export async function readQoi(fd: number): Promise<Header> {
  return { metadata: rasterMetadata(parseHeader(new Bytes(readAt(fd, 0, HEADER_BYTES)))) };
}

function parseHeader(file: Bytes): QoiHeader {
  const channels = file.u8(12);
  // The colour space that follows is informative: the samples are stored as they are.
  if (channels !== 3 && channels !== 4) throw new PictureFault('corrupt_image');
  return { width: file.u32be(4), height: file.u32be(8), channels };
}

/** Decodes a QOI file. @returns an uncompressed TIFF */
export async function decodeQoi(context: Context): Promise<Buffer> {
  const { width, height } = need(context, 'source').metadata;
  const file = new Bytes(readFileSync(context.input.path));
  const { channels } = parseHeader(file);
  const tiff = createRawTiff({ width, height, channels }, null);
  unpack(file, tiff.pixels, channels, context.deadline);
  return tiff.file;
}

/** @throws PictureFault `corrupt_image` when the chunks end before the last pixel, or the file before its end marker */
function unpack({ buffer: data }: Bytes, pixels: Buffer, channels: 3 | 4, deadline: Deadline): void {
  // The last 64 colours by their hash, one number each.
  const seen = new Uint32Array(64);
  const end = data.length - END_BYTES;
  let [r, g, b, a] = [0, 0, 0, 255];
  let at = HEADER_BYTES;
  let run = 0;
  let nextLook = 0;
  for (let to = 0; to < pixels.length; to += channels) {
    if (to >= nextLook) {
      deadline.check();
      nextLook += PIXELS_A_LOOK * channels;
    }
    if (run > 0) run -= 1;
    else {
      if (at >= end) throw new PictureFault('corrupt_image');
      const tag = byte(data, at);
      at += 1;
      if (tag >= 0xfe) {
        [r, g, b] = [byte(data, at), byte(data, at + 1), byte(data, at + 2)];
        if (tag === 0xff) a = byte(data, at + 3);
        at += tag === 0xff ? 4 : 3;
      } else if (tag < 0x40) {
        const colour = seen[tag] ?? 0;
        [r, g, b, a] = [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255, colour & 255];
      } else if (tag < 0x80) {
        r = (r + ((tag >> 4) & 3) - 2) & 255;
        g = (g + ((tag >> 2) & 3) - 2) & 255;
        b = (b + (tag & 3) - 2) & 255;
      } else if (tag < 0xc0) {
        const second = byte(data, at);
        const green = (tag & 63) - 32;
        at += 1;
        r = (r + green - 8 + (second >> 4)) & 255;
        g = (g + green) & 255;
        b = (b + green - 8 + (second & 15)) & 255;
      } else run = tag & 63;
      seen[(r * 3 + g * 5 + b * 7 + a * 11) % 64] = (r << 24) | (g << 16) | (b << 8) | a;
    }
    pixels[to] = r;
    pixels[to + 1] = g;
    pixels[to + 2] = b;
    if (channels === 4) pixels[to + 3] = a;
  }
  // The last chunk reached into the end marker.
  if (at > end) throw new PictureFault('corrupt_image');
}

/** Bytes after the end are 0; the check at the end finds that they were read. */
function byte(data: Buffer, at: number): number {
  return data[at] ?? 0;
}
