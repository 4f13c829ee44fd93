import type { ReadPart } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import type { ReadBytes } from '../exif-ifd.js';
import type { Part } from '../wrapped.js';
import { olympusPreviews } from './olympus-preview.js';
import { readDirectories, type TiffDirectory } from './tiff-directory.js';

// Tags of TIFF 6.0, TIFF/EP (ISO 12234-2) and the DNG specification 1.7.
const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const STRIP_OFFSETS = 273;
const ORIENTATION = 274;
const STRIP_BYTE_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;
const JPEG_OFFSET = 513;
const JPEG_LENGTH = 514;
/** Panasonic's own: where the RAW data are, when the strips are at 0xffffffff. */
const RAW_DATA_OFFSET = 280;
const ELSEWHERE = 0xffff_ffff;
/** Panasonic's own: a whole JPEG. */
const JPG_FROM_RAW = 46;

/** The old and the new JPEG compression. */
const JPEG_COMPRESSIONS = new Set([6, 7]);
/** A colour filter array, and linear RAW data. */
const RAW_PHOTOMETRICS = new Set([32_803, 34_892]);
const TIFF_MAGIC = 42;

/** The parts of a RAW file whose structure is a TIFF. */
export interface TiffRaw {
  /** Parts that may be JPEGs. */
  parts: Part[];
  orientation?: number;
  /** Reads the file as the TIFF structure that EXIF uses. */
  exif: ReadBytes;
  /** Whether the file names a directory that is not in it. */
  lacksSome: boolean;
  /** Whether it has RAW data. */
  isRaw: boolean;
}

/**
 * Reads the directories of a camera RAW file whose structure is a TIFF, which may call itself by another number than
 * 42: ORF and RW2 do.
 *
 * @param fileBytes - size of the file
 * @throws PictureFault `corrupt_image` when the first directory is missing, or data end after the file
 */
export function readTiffRaw(read: ReadPart, fileBytes: number): TiffRaw {
  const header = read(0, 8);
  if (header.length < 8) throw new PictureFault('corrupt_image');
  const isLittle = header[0] === 0x49;
  const start = new DataView(header.buffer, header.byteOffset).getUint32(4, isLittle);
  const source = { read, isLittle, base: 0 };
  const { found: directories, lacksSome } = readDirectories(source, start);
  const [first] = directories;
  if (first === undefined) throw new PictureFault('corrupt_image');
  for (const directory of directories) {
    checkData(directory, STRIP_OFFSETS, STRIP_BYTE_COUNTS, fileBytes);
    checkData(directory, TILE_OFFSETS, TILE_BYTE_COUNTS, fileBytes);
  }
  const orientation = first.number(ORIENTATION);
  return {
    parts: [...directories.flatMap(jpegParts), ...olympusPreviews(source, first)],
    ...(orientation === undefined ? {} : { orientation }),
    exif: (offset, length) =>
      Promise.resolve(offset === 0 ? asTiff(read(0, length), isLittle) : read(offset, length)),
    lacksSome,
    isRaw: directories.some((directory) => RAW_PHOTOMETRICS.has(directory.number(PHOTOMETRIC) ?? 0)),
  };
}

function jpegParts(directory: TiffDirectory): Part[] {
  const parts: Part[] = [];
  const [offset, length] = [directory.number(JPEG_OFFSET), directory.number(JPEG_LENGTH)];
  if (offset !== undefined && length !== undefined) parts.push({ offset, length });
  const whole = directory.place(JPG_FROM_RAW);
  if (whole) parts.push(whole);
  const strips = directory.numbers(STRIP_OFFSETS);
  const [strip] = strips;
  const bytes = directory.number(STRIP_BYTE_COUNTS);
  const isJpeg =
    JPEG_COMPRESSIONS.has(directory.number(COMPRESSION) ?? 0) &&
    !RAW_PHOTOMETRICS.has(directory.number(PHOTOMETRIC) ?? 0);
  // A JPEG of several strips is several JPEGs.
  if (isJpeg && strip !== undefined && strips.length === 1 && bytes !== undefined)
    parts.push({ offset: strip, length: bytes });
  return parts;
}

/** An interrupted copy lacks the end of the RAW data, even if the preview is there. */
function checkData(directory: TiffDirectory, offsets: number, lengths: number, fileBytes: number): void {
  const counts = directory.numbers(lengths);
  for (const [index, stated] of directory.numbers(offsets).entries()) {
    const offset = stated === ELSEWHERE ? (directory.number(RAW_DATA_OFFSET) ?? 0) : stated;
    if (offset + (counts[index] ?? 0) > fileBytes) throw new PictureFault('corrupt_image');
  }
}

/** The header with the number of a TIFF. */
function asTiff(bytes: Uint8Array, isLittle: boolean): Uint8Array {
  const copy = Buffer.from(bytes);
  if (copy.length < 4) return copy;
  if (isLittle) copy.writeUInt16LE(TIFF_MAGIC, 2);
  else copy.writeUInt16BE(TIFF_MAGIC, 2);
  return copy;
}
