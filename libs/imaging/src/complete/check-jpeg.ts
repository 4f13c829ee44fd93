import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import { checkJpegBytes } from './check-jpeg-bytes.js';
import type { FileWindow } from './file-window.js';
import {
  isFrame,
  type JpegFrame,
  type JpegScan,
  MARKER,
  nextMarker,
  readFrame,
  readScan,
  segments,
  zeroSymbols,
} from './jpeg-frame.js';

const END_OF_IMAGE = Buffer.from([0xff, MARKER.eoi]);
/**
 * This many zero bytes in a row are not a coded picture, unless zero bits mean "the rest of this block is empty".
 * Otherwise, the longest run of a drawn flat picture is 8.
 */
const ZEROS = Buffer.alloc(64);
/** For AC coefficients: end of block. */
const END_OF_BLOCK = 0;
const AC = 0x10;
/** The first symbol of a table that is not in the file (T.81, K.5: one coefficient of one bit). */
const STANDARD_AC = 1;
/** Encoders write about ten. Each scan makes libjpeg pass over the whole picture again. */
const SCANS_MAX = 200;

/**
 * Finds incomplete JPEGs that libjpeg decodes without a warning: without an end; with a middle or end of zeros, as an
 * interrupted download leaves it; or without the last scans, so that colours or detail would be missing. libjpeg itself
 * finds coded data that ends too early within a scan.
 *
 * Ignores anything that it does not understand: the decoder handles it.
 *
 * @param size - the size that the frame states, in pixels
 * @throws PictureFault `corrupt_image`; `unsupported_format` for too many scans
 */
export function checkJpeg(file: FileWindow, size: Size): void {
  let frame: JpegFrame | undefined;
  let scan: JpegScan | undefined;
  const acZeros = new Map<number, number>();
  for (const segment of segments(file, 2)) {
    if (isFrame(segment.marker)) frame = readFrame(file, segment);
    else if (segment.marker === MARKER.sos) scan = readScan(file, segment);
    else if (segment.marker === MARKER.dht) {
      for (const [table, symbol] of zeroSymbols(file, segment))
        if (table >= AC) acZeros.set(table - AC, symbol);
    }
  }
  if (!frame || !scan) return;
  const { marker, components } = frame;
  if (marker >= MARKER.sof2 || scan.components.length < components.length) {
    checkScans(file, frame, scan, size);
    return;
  }
  const mayContainZeros = scan.acTables.every(
    (table) => (acZeros.get(table) ?? STANDARD_AC) === END_OF_BLOCK,
  );
  checkData(file, scan.dataAt, mayContainZeros);
}

/** Checks the data of the only scan: it must reach the end of the image without a gap. */
function checkData(file: FileWindow, start: number, mayContainZeros: boolean): void {
  for (let at = start; ;) {
    const view = file.from(at, ZEROS.length);
    if (view.length < END_OF_IMAGE.length) throw new PictureFault('corrupt_image');
    const end = view.indexOf(END_OF_IMAGE);
    const data = end === -1 ? view : view.subarray(0, end);
    if (!mayContainZeros && data.includes(ZEROS)) throw new PictureFault('corrupt_image');
    if (end !== -1) return;
    // Views overlap, so that no marker and no run of zeros is split.
    at += Math.max(1, view.length - ZEROS.length + 1);
  }
}

/**
 * Checks that all scans together send every component, and for a progressive picture every coefficient. libjpeg
 * reserves memory for all pixels of such a picture, so a wrong size must be found before.
 */
function checkScans(file: FileWindow, { marker, components }: JpegFrame, first: JpegScan, size: Size): void {
  const isProgressive = (marker & 3) === 2;
  const sent = new Map(components.map((id) => [id, new Coefficients()]));
  let dcBytes = 0;
  let scan: JpegScan | undefined = first;
  for (let count = 0; scan !== undefined; count += 1) {
    if (count === SCANS_MAX) throw unsupported(`a JPEG with more than ${SCANS_MAX} scans`);
    for (const id of scan.components) sent.get(id)?.add(scan, isProgressive);
    const end = nextMarker(file, scan.dataAt);
    if (scan.firstCoefficient === 0) dcBytes += end - scan.dataAt;
    scan = nextScan(file, end);
  }
  if (marker === MARKER.sof2) checkJpegBytes(size, dcBytes);
  if (![...sent.values()].every((coefficients) => coefficients.isComplete())) {
    throw new PictureFault('corrupt_image');
  }
}

/**
 * @param start - end of the data of a scan
 * @returns undefined at the end of the image
 * @throws PictureFault `corrupt_image` when the file ends before it
 */
function nextScan(file: FileWindow, start: number): JpegScan | undefined {
  let end = start;
  for (const segment of segments(file, start)) {
    if (segment.marker === MARKER.sos) return readScan(file, segment);
    ({ end } = segment);
  }
  if (file.byte(nextMarker(file, end) + 1) !== MARKER.eoi) throw new PictureFault('corrupt_image');
  return undefined;
}

/** The coefficients of a component that scans have sent: the DC coefficient down to its last bit, the others at all. */
class Coefficients {
  readonly #sent = new Set<number>();

  add({ firstCoefficient, lastCoefficient, bitsLeft }: JpegScan, isProgressive: boolean): void {
    const from = isProgressive ? firstCoefficient : 0;
    const to = isProgressive ? lastCoefficient : 63;
    for (let index = from; index <= to; index += 1) {
      if (index > 0 || bitsLeft === 0 || !isProgressive) this.#sent.add(index);
    }
  }

  isComplete(): boolean {
    return this.#sent.size === 64;
  }
}
