import { fstatSync } from 'node:fs';
import type { ReadPart } from '@darkroom/contracts';
import { formatNumber, PictureFault } from '@darkroom/errors';
import { FileWindow } from '../complete/file-window.js';
import { readCredits } from '../exif-credits.js';
import { readFromMemory } from '../exif-ifd.js';
import { readShot } from '../exif-shot.js';
import { readAt } from '../read-at.js';
import { unsupported } from '../unsupported.js';
import type { Part, Wrapped, Wrapper } from '../wrapped.js';
import { readCr3 } from './cr3.js';
import { readJpegSize } from './jpeg-part.js';
import { readTiffRaw } from './tiff-raw.js';
import { TiffDirectory } from './tiff-directory.js';

/**
 * Pixels of the longer side below which a JPEG is only a thumbnail. The smallest previews that cameras have written for
 * a whole screen are of 640 × 480 pixels.
 */
const PREVIEW_SIDE_MIN = 640;
/** JPEGs to look at; real files have up to five. */
const PARTS_MAX = 64;
const ORIENTATION = 274;
const RAF_HEADER = 108;

/** What a reader of one structure finds. */
interface Found extends Wrapper {
  parts: readonly Part[];
  /** Whether the file may be incomplete. */
  lacksSome?: boolean;
}

/**
 * Finds the largest preview of a camera RAW file, a JPEG that the camera itself has developed.
 *
 * @param fd - an open file; stays open
 * @param what - the format with its article, for sentences
 * @throws PictureFault `unsupported_format` when there is no preview of the size of a screen; `corrupt_image` when the
 *   file is damaged or incomplete
 */
export async function findPreview(fd: number, what: string): Promise<Wrapped> {
  const { read, fileBytes } = openParts(fd);
  const { parts, lacksSome = false, ...wrapper } = await findParts(read, fileBytes);
  const window = new FileWindow(fd);
  let largest: { part: Part; side: number; pixels: number } | undefined;
  for (const part of distinct(parts)) {
    const size = readJpegSize(window, part, fileBytes);
    const pixels = size === null ? 0 : size.width * size.height;
    if (size !== null && pixels > (largest?.pixels ?? 0))
      largest = { part, pixels, side: Math.max(size.width, size.height) };
  }
  if (largest === undefined && lacksSome) throw new PictureFault('corrupt_image');
  if (largest === undefined) throw unsupported(`${what} without a full-size preview`);
  if (largest.side < PREVIEW_SIDE_MIN) {
    const side = formatNumber(largest.side);
    throw unsupported(`${what} whose largest preview has ${side} pixels a side`);
  }
  return { picture: largest.part, ...wrapper };
}

/** Whether a file with the structure of a TIFF has RAW data in it, as those of makers without a record here. */
export function isRawTiff(fd: number): boolean {
  const { read, fileBytes } = openParts(fd);
  try {
    return readTiffRaw(read, fileBytes).isRaw;
  } catch (error) {
    // The loader of TIFF says what is wrong.
    if (error instanceof PictureFault) return false;
    throw error;
  }
}

function openParts(fd: number): { read: ReadPart; fileBytes: number } {
  const fileBytes = fstatSync(fd).size;
  // Reserves no memory for what the file does not have.
  const read: ReadPart = (offset, length) =>
    readAt(fd, offset, Math.max(0, Math.min(length, fileBytes - offset)));
  return { read, fileBytes };
}

async function findParts(read: ReadPart, fileBytes: number): Promise<Found> {
  const beginning = Buffer.from(read(0, 16)).toString('latin1');
  if (beginning.startsWith('FUJIFILM')) return { parts: rafParts(read, fileBytes) };
  if (beginning.startsWith('ftyp', 4)) return cr3Parts(read, fileBytes);
  const { parts, orientation, exif, lacksSome } = readTiffRaw(read, fileBytes);
  return {
    parts,
    lacksSome,
    ...(orientation === undefined ? {} : { orientation }),
    credits: await readCredits(exif),
    shot: await readShot(exif),
  };
}

/**
 * A RAF states the places of its preview and of its RAW data at fixed offsets (not published; those of LibRaw and
 * ExifTool). Its EXIF block is that of the preview.
 */
function rafParts(read: ReadPart, fileBytes: number): Part[] {
  const header = Buffer.from(read(0, RAF_HEADER));
  if (header.length < RAF_HEADER) throw new PictureFault('corrupt_image');
  const raw = header.readUInt32BE(100) + header.readUInt32BE(104);
  if (raw > fileBytes) throw new PictureFault('corrupt_image');
  return [{ offset: header.readUInt32BE(84), length: header.readUInt32BE(88) }];
}

async function cr3Parts(read: ReadPart, fileBytes: number): Promise<Found> {
  const { parts, first, exif } = readCr3(read, fileBytes);
  if (first === null) return { parts };
  const readFirst = readFromMemory(first);
  const orientation = orientationOf(first);
  return {
    parts,
    ...(orientation === undefined ? {} : { orientation }),
    credits: await readCredits(readFirst),
    shot: await readShot(readFirst, exif === null ? undefined : readFromMemory(exif)),
  };
}

function orientationOf(tiff: Buffer): number | undefined {
  if (tiff.length < 8) return undefined;
  const isLittle = tiff[0] === 0x49;
  const read: ReadPart = (offset, length) => tiff.subarray(offset, offset + length);
  const at = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  return new TiffDirectory({ read, isLittle, base: 0 }, at).number(ORIENTATION);
}

/** Parts at distinct places; several directories may name the same one. */
function distinct(parts: readonly Part[]): Part[] {
  const places = new Map(parts.filter(({ length }) => length > 0).map((part) => [part.offset, part]));
  return [...places.values()].slice(0, PARTS_MAX);
}
