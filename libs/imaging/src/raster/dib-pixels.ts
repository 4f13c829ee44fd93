import type { Deadline } from '../deadline.js';
import type { Bytes } from './bytes.js';
import { type Dib, trailingZeros } from './dib-header.js';
import { unpackRuns } from './dib-runs.js';

const ROWS_A_LOOK = 256;

/** Whether a bitmap has a mask of alpha. */
export function hasAlphaMask({ masks }: Dib): boolean {
  return masks[3] !== 0;
}

/** Bytes of a row, which ends at a multiple of 32 bits. */
export function dibStride(width: number, bits: number): number {
  return Math.floor((width * bits + 31) / 32) * 4;
}

/**
 * Unpacks the pixels of a bitmap, upper row first.
 *
 * @param pixels - filled with RGBA if the bitmap has an alpha mask, with RGB otherwise
 * @throws PictureFault `corrupt_image` when pixels are missing
 */
export function unpackDib(file: Bytes, dib: Dib, pixels: Buffer, deadline: Deadline): void {
  const { width, height, topDown, bits, packing } = dib;
  const runs = packing === 'rle4' || packing === 'rle8';
  const stored = runs ? unpackRuns(file, dib, deadline) : file;
  const stride = runs ? width : dibStride(width, bits);
  const start = runs ? 0 : dib.pixelsAt;
  // Writers omit the padding of the last row.
  const least = runs ? width : Math.ceil((width * bits) / 8);
  const unpack = rowUnpacker(runs ? { ...dib, bits: 8 } : dib);
  const out = pixels.length / height;
  for (let row = 0; row < height; row += 1) {
    if (row % ROWS_A_LOOK === 0) deadline.check();
    const y = topDown ? row : height - 1 - row;
    unpack(stored.slice(start + row * stride, least), pixels.subarray(y * out, (y + 1) * out));
  }
  if (hasAlphaMask(dib)) makeOpaqueIfEmpty(pixels);
}

type UnpackRow = (row: Buffer, out: Buffer) => void;

function rowUnpacker(dib: Dib): UnpackRow {
  if (dib.packing === 'bgr') return unpackBgr;
  return dib.packing === 'masks' ? masksUnpacker(dib) : paletteUnpacker(dib);
}

function unpackBgr(row: Buffer, out: Buffer): void {
  for (let at = 0; at < out.length; at += 3) {
    out[at] = row[at + 2] ?? 0;
    out[at + 1] = row[at + 1] ?? 0;
    out[at + 2] = row[at] ?? 0;
  }
}

/** An index without a colour is black. */
function paletteUnpacker({ width, bits, palette }: Dib): UnpackRow {
  const mask = 2 ** bits - 1;
  return (row, out) => {
    for (let x = 0; x < width; x += 1) {
      const bit = x * bits;
      const index = ((row[bit >> 3] ?? 0) >> (8 - bits - (bit & 7))) & mask;
      out[x * 3] = palette[index * 3] ?? 0;
      out[x * 3 + 1] = palette[index * 3 + 1] ?? 0;
      out[x * 3 + 2] = palette[index * 3 + 2] ?? 0;
    }
  };
}

function masksUnpacker({ width, bits, masks }: Dib): UnpackRow {
  const channels = masks[3] === 0 ? masks.slice(0, 3) : masks;
  const parts = channels.map((mask) => {
    const shift = trailingZeros(mask);
    const most = (mask >>> shift) >>> 0;
    return { mask, shift, scale: most === 0 ? 0 : 255 / most };
  });
  return (row, out) => {
    let to = 0;
    for (let x = 0; x < width; x += 1) {
      const pixel = bits === 16 ? row.readUInt16LE(x * 2) : row.readUInt32LE(x * 4);
      for (const { mask, shift, scale } of parts) {
        out[to] = Math.round(((pixel & mask) >>> shift) * scale);
        to += 1;
      }
    }
  };
}

/** Programs state a mask of alpha and write zeros there. Browsers show such a picture as opaque. */
function makeOpaqueIfEmpty(rgba: Buffer): void {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return;
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
}
