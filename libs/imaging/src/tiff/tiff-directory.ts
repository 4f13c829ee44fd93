import { fstatSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { readAt } from '../read-at.js';

/** An open TIFF 6.0 or BigTIFF file. */
export interface TiffFile {
  /** An open file; stays open. */
  fd: number;
  /** Bytes. */
  size: number;
  littleEndian: boolean;
  /** Offsets and counts have 64 bits (BigTIFF). */
  isBig: boolean;
  /** Offset of the first directory. */
  first: number;
}

/** One entry of a directory. */
export interface TiffEntry {
  type: number;
  count: number;
  /** Offset of the values in the file; small values are in the entry itself. */
  at: number;
}

/** One directory (IFD): the description of one page. */
export interface TiffDirectory {
  entries: ReadonlyMap<number, TiffEntry>;
  /** Offset of the next directory; 0 after the last one. */
  next: number;
}

/** Bytes of one value of each type (TIFF 6.0, section 2; BigTIFF adds 16 to 18). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
/** More than any writer needs; keeps a hostile count from causing a long read. */
const ENTRIES_MAX = 4096;

/** @returns null when the file does not begin as a TIFF */
export function openTiff(fd: number): TiffFile | null {
  const { size } = fstatSync(fd);
  const head = readAt(fd, 0, 16);
  if (head.length < 8) return null;
  const order = head.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return null;
  const littleEndian = order === 'II';
  const view = viewOf(head);
  const version = view.getUint16(2, littleEndian);
  if (version === 42) return { fd, size, littleEndian, isBig: false, first: view.getUint32(4, littleEndian) };
  if (version !== 43 || head.length < 16 || view.getUint16(4, littleEndian) !== 8) return null;
  return { fd, size, littleEndian, isBig: true, first: Number(view.getBigUint64(8, littleEndian)) };
}

/** @returns null when the directory is not completely in the file, or is longer than any writer makes it */
export function readDirectory(file: TiffFile, offset: number): TiffDirectory | null {
  const { fd, littleEndian, isBig } = file;
  const [countBytes, entryBytes, linkBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  if (offset < 8 || offset + countBytes > file.size) return null;
  const head = viewOf(readAt(fd, offset, countBytes));
  if (head.byteLength < countBytes) return null;
  const count = isBig ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  if (count === 0 || count > ENTRIES_MAX) return null;
  const start = offset + countBytes;
  const view = viewOf(readAt(fd, start, count * entryBytes + linkBytes));
  // Some writers leave out the link after the last directory.
  if (view.byteLength < count * entryBytes) return null;
  const entries = new Map<number, TiffEntry>();
  for (let index = 0; index < count; index += 1) {
    const at = index * entryBytes;
    const tag = view.getUint16(at, littleEndian);
    const type = view.getUint16(at + 2, littleEndian);
    const length = isBig
      ? Number(view.getBigUint64(at + 4, littleEndian))
      : view.getUint32(at + 4, littleEndian);
    const valueAt = at + (isBig ? 12 : 8);
    const bytes = length * (TYPE_BYTES[type] ?? 0);
    const inline = bytes <= (isBig ? 8 : 4);
    const pointer = isBig
      ? Number(view.getBigUint64(valueAt, littleEndian))
      : view.getUint32(valueAt, littleEndian);
    // The first entry of a tag counts, as for libtiff.
    if (bytes > 0 && !entries.has(tag)) {
      entries.set(tag, { type, count: length, at: inline ? start + valueAt : pointer });
    }
  }
  const linkAt = count * entryBytes;
  const hasLink = view.byteLength >= linkAt + linkBytes;
  const next = isBig
    ? Number(hasLink ? view.getBigUint64(linkAt, littleEndian) : 0n)
    : hasLink
      ? view.getUint32(linkAt, littleEndian)
      : 0;
  return { entries, next };
}

/** Returns the bytes of a value, at most `max`; empty when the directory lacks the tag. */
export function readBytes(file: TiffFile, directory: TiffDirectory, tag: number, max: number): Buffer {
  const entry = directory.entries.get(tag);
  if (!entry || entry.at >= file.size) return Buffer.alloc(0);
  const bytes = Math.min(max, file.size - entry.at, entry.count * (TYPE_BYTES[entry.type] ?? 0));
  return readAt(file.fd, entry.at, bytes);
}

/** Returns up to `max` numbers; empty when the directory lacks the tag or its values are outside the file. */
export function readNumbers(
  file: TiffFile,
  directory: TiffDirectory,
  tag: number,
  max: number,
): Float64Array<ArrayBuffer> {
  const entry = directory.entries.get(tag);
  if (!entry) return new Float64Array(0);
  const bytes = TYPE_BYTES[entry.type] ?? 0;
  const count = Math.min(max, entry.count);
  if (bytes === 0 || entry.at + count * bytes > file.size) return new Float64Array(0);
  const view = viewOf(readAt(file.fd, entry.at, count * bytes));
  const numbers = new Float64Array(Math.floor(view.byteLength / bytes));
  for (let index = 0; index < numbers.length; index += 1) {
    numbers[index] = readNumber(view, index * bytes, entry.type, file.littleEndian);
  }
  return numbers;
}

/** Returns the first number of a value. */
export function readOne(file: TiffFile, directory: TiffDirectory, tag: number): number | undefined {
  return readNumbers(file, directory, tag, 1)[0];
}

function readNumber(view: DataView, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
    case 17:
    case 18:
      return Number(view.getBigUint64(at, littleEndian));
    default:
      return view.getUint8(at);
  }
}

/** Reads bytes that a page needs. @throws PictureFault `corrupt_image` when they are not all in the file */
export function readWhole({ fd, size }: TiffFile, offset: number, length: number): Buffer {
  // A hostile position can have the type of a fraction.
  const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (!isWhole || offset < 0 || length < 0 || offset + length > size) throw new PictureFault('corrupt_image');
  const bytes = readAt(fd, offset, length);
  if (bytes.length < length) throw new PictureFault('corrupt_image');
  return bytes;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
