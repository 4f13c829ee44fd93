import type { Signature } from './signatures.js';

/** Content types of camera RAW files that begin like a TIFF and differ from one only by their first directory. */
export type TiffKind = 'image/x-adobe-dng' | 'image/x-nikon-nef' | 'image/x-sony-arw' | 'image/x-pentax-pef';

/** Reads up to `length` bytes at `offset`; fewer, or none, where there are no more. */
export type ReadPart = (offset: number, length: number) => Uint8Array;

const ENTRY_BYTES = 12;
/** Real directories have a few dozen entries; the limit keeps a hostile count from causing a long read. */
const ENTRIES_MAX = 512;
const MAKE_BYTES = 32;

// Tags of TIFF 6.0, TIFF/EP (ISO 12234-2) and the DNG specification 1.7.
const NEW_SUBFILE_TYPE = 254;
const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const MAKE = 271;
const SUB_IFDS = 330;
const DNG_VERSION = 50_706;

const REDUCED_IMAGE = 1;
const COLOUR_FILTER_ARRAY = 32_803;
/** Pentax's own. */
const PENTAX_COMPRESSION = 65_535;

/**
 * Distinguishes a camera RAW file from a TIFF by the first directory: a DNG by its version, the others by their maker and by
 * what only their RAW files have. Nikon and Sony put a reduced image first and the RAW data into a sub-directory; a
 * Pentax puts the RAW data first.
 *
 * @param read - reads from the start of the file, perhaps only a part of it
 * @returns null for a TIFF, for any other file, and when the part does not contain the directory
 */
export function findTiffKind(read: ReadPart): TiffKind | null {
  const header = read(0, 8);
  const isLittle = header[0] === 0x49;
  if (header.length < 8 || header[0] !== header[1] || (!isLittle && header[0] !== 0x4d)) return null;
  const number = (bytes: Uint8Array, at: number, length: 2 | 4) => numberAt(bytes, at, length, isLittle);
  if (number(header, 2, 2) !== 42) return null;
  const start = number(header, 4, 4);
  const count = Math.min(ENTRIES_MAX, number(read(start, 2), 0, 2));
  const entries = read(start + 2, count * ENTRY_BYTES);
  const values = new Map<number, number>();
  let maker = '';
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
    const tag = number(entries, at, 2);
    // 3 is a number of 16 bits, which stands in the first half of the field.
    const value = number(entries, at + 8, number(entries, at + 2, 2) === 3 ? 2 : 4);
    if (!values.has(tag)) values.set(tag, value);
    if (tag === MAKE)
      maker = String.fromCharCode(...read(value, Math.min(MAKE_BYTES, number(entries, at + 4, 4))));
  }
  return kindOf(maker.toUpperCase(), values);
}

function kindOf(maker: string, values: ReadonlyMap<number, number>): TiffKind | null {
  if (values.has(DNG_VERSION)) return 'image/x-adobe-dng';
  const isReduced = values.get(NEW_SUBFILE_TYPE) === REDUCED_IMAGE;
  if (isReduced && values.has(SUB_IFDS)) {
    if (maker.startsWith('NIKON')) return 'image/x-nikon-nef';
    if (maker.startsWith('SONY')) return 'image/x-sony-arw';
  }
  const isRaw =
    values.get(PHOTOMETRIC) === COLOUR_FILTER_ARRAY || values.get(COMPRESSION) === PENTAX_COMPRESSION;
  return isRaw && /^(PENTAX|RICOH|ASAHI)/.test(maker) ? 'image/x-pentax-pef' : null;
}

/** 0 beyond the end. */
function numberAt(bytes: Uint8Array, at: number, length: 2 | 4, isLittle: boolean): number {
  let value = 0;
  for (let index = 0; index < length; index += 1) {
    value = value * 256 + (bytes[isLittle ? at + length - 1 - index : at + index] ?? 0);
  }
  return value;
}

/** A file whose first directory, if it is among the first bytes, shows this kind. */
export function tiffOfKind(kind: TiffKind): Signature {
  return (head) => findTiffKind((offset, length) => head.subarray(offset, offset + length)) === kind;
}
