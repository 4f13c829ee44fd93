/** Reads up to `length` bytes at `offset`; fewer, or none, where the data ends. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** Where a text of IFD0 stands, counted from the TIFF header. */
export interface IfdText {
  offset: number;
  length: number;
}

/** Bytes of an entry of a directory. */
export const ENTRY_BYTES = 12;
const ASCII = 2;
/** Text type of Exif 3.0. */
const UTF8 = 129;
/** More than any camera writes; keeps a hostile text from swelling every thumbnail. */
const TEXT_MAX_BYTES = 4096;
/** Real files have a few dozen entries; a hostile count must not cost a long read. */
const ENTRIES_MAX = 512;

/**
 * The texts of a directory by tag; empty when it is not sound. Where a tag stands twice, the first counts.
 *
 * @param at - where the directory stands; IFD0 by default
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
    // Up to four bytes stand in the entry itself, in place of the pointer to them.
    const inline = offset + entry + 8;
    texts.set(tag, { offset: length <= 4 ? inline : view.getUint32(entry + 8, littleEndian), length });
  }
  return texts;
}

interface Ifd {
  /** Over the entries that are really there. */
  view: DataView;
  littleEndian: boolean;
  /** Of the first entry. */
  offset: number;
  count: number;
}

/**
 * Reads the entries of a directory.
 *
 * @param at - where it stands; IFD0 by default
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
  const said = viewOf(countBytes).getUint16(0, littleEndian);
  const entries = await read(start + 2, Math.min(said, ENTRIES_MAX) * ENTRY_BYTES);
  const count = Math.floor(entries.length / ENTRY_BYTES);
  return { view: viewOf(entries), littleEndian, offset: start + 2, count };
}

/** Reads from memory, e.g. from the EXIF block of a JPEG, past the `Exif\0\0` that may stand before it. */
export function readFromMemory(exif: Uint8Array): ReadBytes {
  const prefixed = String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0';
  const tiff = prefixed ? exif.subarray(6) : exif;
  return (offset, length) => Promise.resolve(tiff.subarray(offset, offset + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a text, without control characters. EXIF says ASCII, cameras and editors write UTF-8 or Latin-1.
 *
 * @returns its parts that are not empty: some texts hold several, parted by a NUL
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
    // Not UTF-8: Latin-1 takes every byte.
    return Buffer.from(bytes).toString('latin1');
  }
}
