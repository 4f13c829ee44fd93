import type { FileWindow } from './file-window.js';

/** Markers of ITU-T T.81, table B.1, by their second byte. */
export const MARKER = { sof0: 0xc0, sof2: 0xc2, dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda } as const;
/** Not frames, though they stand among them: Huffman tables, an extension, arithmetic conditioning. */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);
/** Spectral selection of a scan that is not progressive. */
const LAST_COEFFICIENT = 63;

/** What one scan sends. */
export interface JpegScan {
  /** Identifiers of its components. */
  components: number[];
  /** Of its components, by the table's number. */
  acTables: number[];
  firstCoefficient: number;
  lastCoefficient: number;
  /** The lowest bits that it leaves to later scans. */
  bitsLeft: number;
  /** Where its coded data begins. */
  dataAt: number;
}

export interface JpegFrame {
  /** Second byte of the marker, which tells the coding. */
  marker: number;
  components: number[];
}

/** A segment; `at` is where its content begins, behind marker and length. */
interface Segment {
  marker: number;
  at: number;
  end: number;
}

/** The segments from `start` on, up to and with the first scan's header; ends early where there is none. */
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
 * Where the next marker begins that is neither a stuffed byte of coded data nor a restart.
 *
 * @returns the end of the file, or a place behind it, when there is none
 */
export function nextMarker(file: FileWindow, start: number): number {
  for (let at = start; ;) {
    const view = file.from(at, 2);
    if (view.length < 2) return at + 2;
    const found = view.indexOf(0xff);
    if (found === -1 || found + 1 === view.length) {
      at += found === -1 ? view.length : found;
      continue;
    }
    const second = view[found + 1] ?? 0;
    // 0xff before a marker fills space; a restart marker stands within coded data.
    if (second !== 0 && second !== 0xff && (second < 0xd0 || second > 0xd7)) return at + found;
    at += found + (second === 0xff ? 1 : 2);
  }
}

export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker);

export function readFrame(file: FileWindow, { marker, at }: Segment): JpegFrame {
  const count = Math.max(0, file.byte(at + 5));
  return { marker, components: Array.from({ length: count }, (_, index) => file.byte(at + 6 + index * 3)) };
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
 * What a run of zero bits means in each table of a segment of Huffman tables. The code of zeros is the first of the
 * shortest ones (T.81, C.2), so its symbol stands first.
 *
 * @returns class (16 for AC, 0 for DC) plus number of each table, with that symbol
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
