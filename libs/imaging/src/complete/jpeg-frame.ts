import type { Size } from '../variant-size.js';
import type { FileWindow } from './file-window.js';

/** Markers of ITU-T T.81, table B.1, by their second byte. */
export const MARKER = { sof0: 0xc0, sof2: 0xc2, dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda } as const;
/** Markers in the same range that are not frames: Huffman tables, an extension, arithmetic conditioning. */
const NON_FRAME_MARKERS = new Set([0xc4, 0xc8, 0xcc]);
/** End of spectral selection of a sequential scan. */
const LAST_COEFFICIENT = 63;

/** The content of one scan. */
export interface JpegScan {
  /** Identifiers of its components. */
  components: number[];
  /** The table number of each component. */
  acTables: number[];
  firstCoefficient: number;
  lastCoefficient: number;
  /** The number of low bits that it leaves to later scans. */
  bitsLeft: number;
  /** Offset of its coded data. */
  dataAt: number;
}

export interface JpegFrame {
  /** Second byte of the marker, which identifies the coding. */
  marker: number;
  /** Bits of a sample. */
  bits: number;
  /** In pixels. A height of 0 follows in a DNL marker. */
  size: Size;
  /** Identifiers of the components. */
  components: number[];
  samplings: Sampling[];
}

/** Sampling factors of a component, 1 to 4. */
export interface Sampling {
  horizontal: number;
  vertical: number;
}

/** A segment; `at` is the offset of its content, after marker and length. */
export interface Segment {
  marker: number;
  at: number;
  end: number;
}

/** Yields the segments from `start` to the first scan's header, included; ends early without one. */
export function* segments(file: FileWindow, start: number): Generator<Segment> {
  for (let at = start; ;) {
    at = nextMarker(file, at);
    const marker = file.byte(at + 1);
    if (marker === -1 || marker === MARKER.eoi) return;
    const length = file.uint16(at + 2);
    if (length < 2) return;
    const segment = { marker, at: at + 4, end: at + 2 + length };
    yield segment;
    if (marker === MARKER.sos) return;
    at = segment.end;
  }
}

/**
 * Finds the next marker that is neither a stuffed byte of coded data nor a restart.
 *
 * @returns its offset; without one, the end of the file or an offset after it
 */
export function nextMarker(file: FileWindow, start: number): number {
  for (let at = start; ;) {
    const view = file.from(at, 2);
    if (view.length < 2) return at + 2;
    let found = view.indexOf(0xff);
    while (found !== -1 && found + 1 < view.length) {
      const second = view[found + 1] ?? 0;
      // 0xff before a marker is fill; a restart marker is part of coded data.
      if (second !== 0 && second !== 0xff && (second < 0xd0 || second > 0xd7)) return at + found;
      found = view.indexOf(0xff, found + (second === 0xff ? 1 : 2));
    }
    at += found === -1 ? view.length : found;
  }
}

export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && !NON_FRAME_MARKERS.has(marker);

export function readFrame(file: FileWindow, { marker, at }: Segment): JpegFrame {
  const count = Math.max(0, file.byte(at + 5));
  const entries = Array.from({ length: count }, (_, index) => at + 6 + index * 3);
  return {
    marker,
    bits: file.byte(at),
    size: { width: Math.max(0, file.uint16(at + 3)), height: Math.max(0, file.uint16(at + 1)) },
    components: entries.map((entry) => file.byte(entry)),
    samplings: entries.map((entry) => {
      const factors = file.byte(entry + 1);
      return { horizontal: factors >> 4, vertical: factors & 15 };
    }),
  };
}

export function readScan(file: FileWindow, { at, end }: Segment): JpegScan {
  const count = Math.max(0, file.byte(at));
  const entries = Array.from({ length: count }, (_, index) => at + 1 + index * 2);
  const parameters = at + 1 + count * 2;
  return {
    components: entries.map((entry) => file.byte(entry)),
    acTables: entries.map((entry) => file.byte(entry + 1) & 15),
    firstCoefficient: file.byte(parameters),
    lastCoefficient: Math.min(LAST_COEFFICIENT, file.byte(parameters + 1)),
    bitsLeft: file.byte(parameters + 2) & 15,
    dataAt: end,
  };
}

const CODE_LENGTHS = 16;

/**
 * Returns the meaning of a run of zero bits in each table of a segment of Huffman tables. The code of zeros is the
 * first of the shortest codes (T.81, C.2), so its symbol comes first.
 *
 * @returns for each table, its class (16 for AC, 0 for DC) plus its number, and that symbol
 */
export function zeroSymbols(file: FileWindow, { at, end }: Segment): [table: number, symbol: number][] {
  const found: [number, number][] = [];
  for (let table = at; table + 1 + CODE_LENGTHS < end;) {
    const name = file.byte(table);
    const symbolsAt = table + 1 + CODE_LENGTHS;
    let count = 0;
    for (let length = 1; length <= CODE_LENGTHS; length += 1) count += file.byte(table + length);
    found.push([name, file.byte(symbolsAt)]);
    table = symbolsAt + count;
  }
  return found;
}
