import { box, fullBox, u16, u32 } from '../heif/write-heif.js';

/** One track of a drawn image sequence. */
export interface DrawnTrack {
  id: number;
  /** `pict` by default. */
  handler?: 'pict' | 'auxv' | 'vide';
  /** Of the sample entry: `av01` or `hvc1`. */
  type: string;
  width: number;
  height: number;
  samples: readonly Buffer[];
  /** Boxes of the sample entry. */
  boxes: readonly Buffer[];
  references?: readonly (readonly [type: string, to: number])[];
  /** Where (1, 0) and (0, 1) go, with y pointing down. */
  matrix?: readonly [number, number, number, number];
}

/** Draws the brands of an image sequence, without items. */
export const sequenceBrands = (brand: string): Buffer =>
  box('ftyp', Buffer.from(`${brand}\0\0\0\0msf1${brand}`, 'latin1'));

/**
 * Draws a file whose tracks precede their data (ISO/IEC 14496-12).
 *
 * @param before - what precedes the tracks: the brands, or a whole file of items
 */
export function drawTracks(before: Buffer, tracks: readonly DrawnTrack[]): Buffer {
  const data = tracks.flatMap(({ samples }) => samples);
  const movie = (start: number) => {
    let at = start;
    const boxes = tracks.map((track) => {
      const drawn = drawTrack(track, at);
      at += track.samples.reduce((sum, { length }) => sum + length, 0);
      return drawn;
    });
    return box('moov', fullBox('mvhd', Buffer.alloc(96)), ...boxes);
  };
  const start = before.length + movie(0).length + 8;
  return Buffer.concat([before, movie(start), box('mdat', ...data)]);
}

function drawTrack(track: DrawnTrack, start: number): Buffer {
  const { id, handler = 'pict', references = [], samples } = track;
  const [a, b, c, d] = track.matrix ?? [1, 0, 0, 1];
  const matrix = [a, b, 0, c, d, 0, 0, 0, 0.25].map((value) => u32((value * 2 ** 16) >>> 0));
  const header = fullBox(
    'tkhd',
    Buffer.alloc(8),
    u32(id),
    Buffer.alloc(24),
    ...matrix,
    u32(track.width * 2 ** 16),
    u32(track.height * 2 ** 16),
  );
  const table = box(
    'stbl',
    fullBox('stsd', u32(1), drawSampleEntry(track)),
    fullBox('stsz', u32(0), u32(samples.length), ...samples.map(({ length }) => u32(length))),
    fullBox('stsc', u32(1), u32(1), u32(samples.length), u32(1)),
    fullBox('stco', u32(1), u32(start)),
  );
  return box(
    'trak',
    header,
    ...(references.length > 0 ? [box('tref', ...references.map(([type, to]) => box(type, u32(to))))] : []),
    box('mdia', fullBox('hdlr', u32(0), Buffer.from(handler), Buffer.alloc(13)), box('minf', table)),
  );
}

function drawSampleEntry({ type, width, height, boxes }: DrawnTrack): Buffer {
  const before = Buffer.alloc(24);
  before.writeUInt16BE(1, 6);
  return box(type, before, u16(width), u16(height), Buffer.alloc(50), ...boxes);
}
