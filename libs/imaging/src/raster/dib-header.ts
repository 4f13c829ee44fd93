import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import type { Bytes } from './bytes.js';

/** How the pixels of a bitmap are packed. */
export type DibPacking = 'palette' | 'rle4' | 'rle8' | 'masks' | 'bgr';

/** The header of a device-independent bitmap: the content of a BMP, and of the pictures in an ICO. */
export interface Dib extends Size {
  /** The first row is the upper one. */
  topDown: boolean;
  bits: number;
  packing: DibPacking;
  /** Bits of red, green, blue and alpha in a pixel; alpha is 0 without one. */
  masks: readonly [number, number, number, number];
  /** Colours for the indices, three bytes each: red, green, blue. */
  palette: Buffer;
  /** Offset of the pixels. */
  pixelsAt: number;
  /** The embedded colour profile. */
  profile?: { at: number; length: number };
}

/** BITMAPCOREHEADER of OS/2 1. */
const CORE_HEADER = 12;
/** BITMAPINFOHEADER. */
const INFO_HEADER = 40;
/** The header that also holds the masks of the colours, and of alpha from 56 on. */
const MASKS_HEADER = 52;
const ALPHA_HEADER = 56;
const V4_HEADER = 108;
const V5_HEADER = 124;
const OS2_HEADERS = new Set([16, 64]);
/** `PROFILE_EMBEDDED` */
const EMBEDDED = 0x4d_42_45_44;
const PALETTE_BITS = new Set([1, 2, 4, 8]);

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;
const OTHER_COMPRESSIONS: Record<number, string> = {
  4: 'a BMP with a JPEG inside',
  5: 'a BMP with a PNG inside',
};
const OS2_COMPRESSIONS: Record<number, string> = {
  3: 'a BMP with Huffman compression',
  4: 'a BMP with 24-bit run-length compression',
};

const MASKS_555: Dib['masks'] = [0x7c_00, 0x3e0, 0x1f, 0];
const MASKS_888: Dib['masks'] = [0xff_00_00, 0xff_00, 0xff, 0];

/**
 * Parses the header and the palette of a bitmap.
 *
 * @param at - offset of the header
 * @param statedPixelsAt - offset of the pixels as the file states it; 0 when they follow the palette
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export function parseDib(file: Bytes, at: number, statedPixelsAt: number): Dib {
  const length = file.u32le(at);
  const fields = length === CORE_HEADER ? coreFields(file, at) : infoFields(file, at, length);
  const { width, height, bits, compression } = fields;
  if (width <= 0 || height === 0) throw new PictureFault('corrupt_image');
  const packing = packingOf(length, bits, compression);
  const masksAfter = masksAfterHeader(length, compression);
  const paletteAt = at + length + masksAfter * 4;
  const entry = length === CORE_HEADER ? 3 : 4;
  const colours = coloursOf(
    fields,
    packing,
    statedPixelsAt === 0 ? null : (statedPixelsAt - paletteAt) / entry,
  );
  const profile = length === V5_HEADER ? embeddedProfile(file, at) : undefined;
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    packing,
    masks: packing === 'masks' ? masksOf(file, at, fields, length, masksAfter) : MASKS_888,
    palette: readPalette(file, paletteAt, entry, colours),
    pixelsAt: statedPixelsAt === 0 ? paletteAt + fields.colours * entry : statedPixelsAt,
    ...(profile ? { profile } : {}),
  };
}

interface Fields extends Size {
  bits: number;
  compression: number;
  /** Entries of the palette in the file, also of one that only recommends colours. */
  colours: number;
}

function coreFields(file: Bytes, at: number): Fields {
  const bits = file.u16le(at + 10);
  const colours = PALETTE_BITS.has(bits) ? 2 ** bits : 0;
  return { width: file.u16le(at + 4), height: file.u16le(at + 6), bits, compression: RGB, colours };
}

function infoFields(file: Bytes, at: number, length: number): Fields {
  const bits = file.u16le(at + 14);
  const stated = length < INFO_HEADER ? 0 : file.u32le(at + 32);
  const all = PALETTE_BITS.has(bits) ? 2 ** bits : 0;
  return {
    width: file.i32le(at + 4),
    height: file.i32le(at + 8),
    bits,
    compression: length < INFO_HEADER ? RGB : file.u32le(at + 16),
    colours: stated === 0 ? all : stated,
  };
}

function packingOf(length: number, bits: number, compression: number): DibPacking {
  const other = (OS2_HEADERS.has(length) ? OS2_COMPRESSIONS : OTHER_COMPRESSIONS)[compression];
  if (other !== undefined) throw unsupported(other);
  if (compression === RLE8 && bits === 8) return 'rle8';
  if (compression === RLE4 && bits === 4) return 'rle4';
  if (compression === RGB && PALETTE_BITS.has(bits)) return 'palette';
  if (compression === RGB && bits === 24) return 'bgr';
  const masked = compression === RGB || compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (masked && (bits === 16 || bits === 32)) return 'masks';
  throw new PictureFault('corrupt_image');
}

/** The number of masks between BITMAPINFOHEADER and the palette; the later headers include them. */
function masksAfterHeader(length: number, compression: number): number {
  if (length !== INFO_HEADER) return 0;
  return compression === BITFIELDS ? 3 : compression === ALPHA_BITFIELDS ? 4 : 0;
}

function masksOf(
  file: Bytes,
  at: number,
  { bits, compression }: Fields,
  length: number,
  masksAfter: number,
): Dib['masks'] {
  if (compression === RGB) return bits === 16 ? MASKS_555 : MASKS_888;
  if (length < MASKS_HEADER && masksAfter === 0) throw new PictureFault('corrupt_image');
  const hasAlpha = masksAfter === 4 || length >= ALPHA_HEADER;
  const masks: Dib['masks'] = [
    file.u32le(at + INFO_HEADER),
    file.u32le(at + INFO_HEADER + 4),
    file.u32le(at + INFO_HEADER + 8),
    hasAlpha ? file.u32le(at + INFO_HEADER + 12) : 0,
  ];
  const overlap = masks.some((mask, index) => masks.slice(index + 1).some((other) => (mask & other) !== 0));
  if (overlap || masks.some((mask) => !isContiguous(mask) || mask >= 2 ** bits)) {
    throw new PictureFault('corrupt_image');
  }
  return masks;
}

function isContiguous(mask: number): boolean {
  const low = mask === 0 ? 1 : 2 ** trailingZeros(mask);
  const ones = mask / low;
  return Number.isInteger(Math.log2(ones + 1));
}

/** The number of zero bits below the lowest one of a mask. */
export function trailingZeros(mask: number): number {
  return mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
}

/** @param room - entries between the header and the pixels; null when the pixels follow the palette */
function coloursOf({ bits, colours }: Fields, packing: DibPacking, room: number | null): number {
  if (packing === 'masks' || packing === 'bgr') return 0;
  return Math.max(0, Math.floor(Math.min(2 ** bits, colours, room ?? colours)));
}

function readPalette(file: Bytes, at: number, entry: number, count: number): Buffer {
  const stored = file.slice(at, count * entry);
  const palette = Buffer.alloc(count * 3);
  for (let index = 0; index < count; index += 1) {
    palette[index * 3] = stored[index * entry + 2] ?? 0;
    palette[index * 3 + 1] = stored[index * entry + 1] ?? 0;
    palette[index * 3 + 2] = stored[index * entry] ?? 0;
  }
  return palette;
}

/** The offset of the profile counts from the header. */
function embeddedProfile(file: Bytes, at: number): Dib['profile'] {
  if (file.u32le(at + 56) !== EMBEDDED) return undefined;
  return { at: at + file.u32le(at + V4_HEADER + 4), length: file.u32le(at + V4_HEADER + 8) };
}
