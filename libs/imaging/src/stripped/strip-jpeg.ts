import { MARKER, nextMarker } from '../complete/jpeg-frame.js';
import type { FileWindow } from '../complete/file-window.js';
import type { Original } from './original.js';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;
const QUANTISATION = 0xdb;
const RESTARTS = 0xdd;
/** Baseline, extended and progressive, with Huffman codes (T.81, table B.1). */
const FRAMES = new Set<number>([MARKER.sof0, MARKER.sof0 + 1, MARKER.sof2]);
const JFIF = Buffer.from('JFIF\0', 'latin1');
const ADOBE = Buffer.from('Adobe', 'latin1');
/** The value of an Adobe segment that means YCbCr. */
const ADOBE_YCBCR = 1;

/** What the segments before the scans say of the colours. */
interface Colours {
  jfif: boolean;
  /** The transform of an Adobe segment; -1 without one. */
  adobe: number;
  /** Identifiers of the components; empty before the frame. */
  components: readonly number[];
}

/**
 * Returns a JPEG without its metadata: the tables, the frame and the scans of the original, unchanged, behind a new
 * JFIF or Adobe segment and the credits. Whatever else the file contains is left out: EXIF, XMP, IPTC, profiles,
 * comments, thumbnails, and all that follows the end of the image, as gain maps and further pictures do.
 *
 * @returns null when it would have `limit` bytes or more, and for a file with anything unusual: it is re-encoded then
 */
export function stripJpeg(original: Original, credits: Buffer | null, limit: number): Buffer | null {
  const { file, deadline } = original;
  const colours: Colours = { jfif: false, adobe: -1, components: [] };
  const parts: Buffer[] = [];
  let left = limit - 2 - (credits ? credits.length + 4 : 0);
  for (let at = 2; ;) {
    deadline.check();
    while (file.byte(at) === 0xff && file.byte(at + 1) === 0xff) at += 1;
    if (file.byte(at) !== 0xff) return null;
    const marker = file.byte(at + 1);
    if (marker === MARKER.eoi) break;
    const end = at + 2 + file.uint16(at + 2);
    if (end < at + 4) return null;
    if (isApplication(marker)) noteColours(file, { marker, at: at + 4, end }, colours);
    else {
      const next = marker === MARKER.sos ? nextMarker(file, end) : end;
      left -= next - at;
      // Checked before the bytes are read: memory stays below the limit.
      if (left <= 0 || !isPlain(file, { marker, at: at + 4, end }, original, colours)) return null;
      const part = original.read(at, next - at);
      if (part.length !== next - at) return null;
      parts.push(part);
      at = next;
      continue;
    }
    at = end;
  }
  const head = headOf(colours);
  if (head === null || left - head.length <= 0) return null;
  return Buffer.concat([
    Buffer.from([0xff, MARKER.soi]),
    head,
    ...(credits ? [segment(APP1, credits)] : []),
    ...parts,
    Buffer.from([0xff, MARKER.eoi]),
  ]);
}

interface Segment {
  marker: number;
  /** Offset of the content. */
  at: number;
  end: number;
}

const isApplication = (marker: number): boolean => (marker >= APP0 && marker <= APP15) || marker === COMMENT;

function noteColours(file: FileWindow, { marker, at, end }: Segment, colours: Colours): void {
  const begins = (text: Buffer) => text.every((byte, index) => file.byte(at + index) === byte);
  if (marker === APP0 && end - at >= 14 && begins(JFIF)) colours.jfif = true;
  if (marker === APP14 && end - at >= 12 && begins(ADOBE)) colours.adobe = file.byte(at + 11);
}

/** Whether a segment is one of an ordinary JPEG of 8 bits, without a byte to spare. Notes the components of the frame. */
function isPlain(
  file: FileWindow,
  { marker, at, end }: Segment,
  { size }: Original,
  colours: Colours,
): boolean {
  if (marker === QUANTISATION)
    return fits(file, at, end, (info) => (info >> 4 > 1 ? -1 : 64 * ((info >> 4) + 1)));
  if (marker === MARKER.dht) {
    return fits(file, at, end, (_, table) => {
      let symbols = 0;
      for (let length = 0; length < 16; length += 1) symbols += file.byte(table + 1 + length);
      return symbols > 256 ? -1 : 16 + symbols;
    });
  }
  if (marker === RESTARTS) return end - at === 2;
  if (marker === MARKER.sos) return colours.components.length > 0 && end - at === 4 + 2 * file.byte(at);
  if (!FRAMES.has(marker) || colours.components.length > 0) return false;
  const count = file.byte(at + 5);
  colours.components = Array.from({ length: count === 3 ? 3 : 1 }, (_, index) =>
    file.byte(at + 6 + 3 * index),
  );
  const has8Bits = file.byte(at) === 8 && (count === 1 || count === 3) && end - at === 6 + 3 * count;
  return has8Bits && file.uint16(at + 1) === size.height && file.uint16(at + 3) === size.width;
}

/** Whether tables, each behind a byte of information, fill a segment exactly. @param length - without that byte */
function fits(
  file: FileWindow,
  at: number,
  end: number,
  length: (info: number, table: number) => number,
): boolean {
  let table = at;
  while (table < end) {
    const info = file.byte(table);
    const bytes = (info & 15) > 3 ? -1 : length(info, table);
    if (bytes < 0) return false;
    table += 1 + bytes;
  }
  return table === end;
}

/**
 * Returns the segment that says how to read the colours, without the thumbnail and the density of the original; empty
 * where the original has none.
 *
 * @returns null unless every decoder reads the colours as grey or YCbCr
 */
function headOf({ jfif, adobe, components }: Colours): Buffer | null {
  const isGrey = components.length === 1;
  const isYcc = adobe === ADOBE_YCBCR || (adobe === -1 && (jfif || String(components) === '1,2,3'));
  if (!isGrey && (components.length !== 3 || !isYcc)) return null;
  if (jfif) return segment(APP0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
  if (adobe === ADOBE_YCBCR) return segment(APP14, Buffer.from('Adobe\0\x64\0\0\0\0\x01', 'latin1'));
  return Buffer.alloc(0);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
