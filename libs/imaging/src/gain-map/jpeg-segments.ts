/** Marks the metadata of a gain map, and the picture that has one (ISO 21496-1, annex C). */
export const GAIN_MAP_ID = 'urn:iso:std:iso:ts:21496:-1';

const START_OF_SCAN = 0xda;
const APP_0 = 0xe0;
const APP_15 = 0xef;

/** A segment before the pixels of a JPEG. */
export interface Segment {
  marker: number;
  /** Of an application segment: its text before the first NUL. */
  id: string;
  /** Position after it. */
  end: number;
  /** With marker and length. */
  bytes: Buffer;
}

/** Reads the segments before the pixels of a JPEG that libjpeg has written; stops where one is incomplete. */
export function readSegments(jpeg: Buffer): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1] ?? START_OF_SCAN;
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (marker === START_OF_SCAN || end > jpeg.length) break;
    const bytes = jpeg.subarray(at, end);
    const nul = bytes.indexOf(0, 4);
    const isApplication = marker >= APP_0 && marker <= APP_15;
    segments.push({
      marker,
      id: isApplication ? bytes.toString('latin1', 4, nul === -1 ? bytes.length : nul) : '',
      end,
      bytes,
    });
    at = end;
  }
  return segments;
}

/** Draws an application segment. */
export function appSegment(number: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, APP_0 + number, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
