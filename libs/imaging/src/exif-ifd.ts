/** Reads up to `length` bytes at `offset`; fewer, or none, at the end of the data. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** The position of a text in IFD0, counted from the TIFF header. */
export interface IfdText {
  offset: number;
  length: number;
}

/** Bytes of one directory entry. */
export const ENTRY_BYTES = 12;
const ASCII = 2;
/** Text type of Exif 3.0. */
const UTF8 = 129;
/** Longer than any camera writes; limits what a hostile text can add to every thumbnail. */
const TEXT_MAX_BYTES = 4096;
/** Real files have a few dozen entries; the limit keeps a hostile count from causing a long read. */
const ENTRIES_MAX = 512;

/**
 * Finds the texts of a directory by tag; empty when the directory is malformed. The first entry of a tag counts.
 *
 * @param at - position of the directory; IFD0 by default
 */
export async function findTexts(read: ReadBytes, at?: number): Promise<Map<number, IfdText>> {
  const texts = new Map<number, IfdText>();
  const ifd = await readIfd(read, at);
  if (!ifd) return texts;
  const { view, littleEndian, offset, count } = ifd;
  for (let index = 0; index < count; index += 1) {
    const entry = index * ENTRY_BYTES;
    const tag = view.getUint16(entry, littleEndian);
    const type = view.getUint16(entry + 2, littleEndian);
    const length = view.getUint32(entry + 4, littleEndian);
    if ((type !== ASCII && type !== UTF8) || length === 0 || texts.has(tag)) continue;
    // A value of up to four bytes is in the entry itself, in place of the pointer.
    const inline = offset + entry + 8;
    texts.set(tag, { offset: length <= 4 ? inline : view.getUint32(entry + 8, littleEndian), length });
  }
  return texts;
}

interface Ifd {
  /** The entries that the data really contains. */
  view: DataView;
  littleEndian: boolean;
  /** Offset of the first entry. */
  offset: number;
  count: number;
}

/**
 * Reads the entries of a directory.
 *
 * @param at - position of the directory; IFD0 by default
 */
export async function readIfd(read: ReadBytes, at?: number): Promise<Ifd | null> {
  const header = await read(0, 8);
  if (header.length < 8) return null;
  const order = String.fromCharCode(...header.subarray(0, 2));
  if (order !== 'II' && order !== 'MM') return null;
  const littleEndian = order === 'II';
  const headerView = viewOf(header);
  if (headerView.getUint16(2, littleEndian) !== 42) return null;
  const start = at ?? headerView.getUint32(4, littleEndian);
  const countBytes = await read(start, 2);
  if (countBytes.length < 2) return null;
  const statedCount = viewOf(countBytes).getUint16(0, littleEndian);
  const entries = await read(start + 2, Math.min(statedCount, ENTRIES_MAX) * ENTRY_BYTES);
  const count = Math.floor(entries.length / ENTRY_BYTES);
  return { view: viewOf(entries), littleEndian, offset: start + 2, count };
}

/** Reads from memory, e.g. from the EXIF block of a JPEG, and skips an `Exif\0\0` prefix. */
export function readFromMemory(exif: Uint8Array): ReadBytes {
  const prefixed = String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0';
  const tiff = prefixed ? exif.subarray(6) : exif;
  return (offset, length) => Promise.resolve(tiff.subarray(offset, offset + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a text, without control characters. EXIF specifies ASCII, but cameras and editors write UTF-8 or Latin-1.
 *
 * @returns its parts that are not empty: some texts hold several, separated by NUL
 */
export async function readParts(read: ReadBytes, { offset, length }: IfdText): Promise<string[]> {
  return decodeBytes(await read(offset, Math.min(length, TEXT_MAX_BYTES)))
    .split('\0')
    .map((part) => part.replace(/\p{Cc}+/gu, ' ').trim())
    .filter((part) => part !== '');
}

function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: every byte is valid Latin-1.
    return Buffer.from(bytes).toString('latin1');
  }
}
