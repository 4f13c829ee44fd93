import { PictureFault } from '@darkroom/errors';
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
 * So many zero bytes one after the other are no coded picture where zero bits mean anything but "the rest of this block
 * is empty": the longest that a drawn flat picture has without that are 8.
 */
const ZEROS = Buffer.alloc(64);
/** With AC coefficients: end of block. */
const END_OF_BLOCK = 0;
const AC = 0x10;
/** The one with which a table that is not in the file begins (T.81, K.5: one coefficient of one bit). */
const STANDARD_AC = 1;
/** Encoders write about ten. Each makes libjpeg pass over all of the picture once more. */
const SCANS_MAX = 200;

/**
 * Finds JPEGs that libjpeg decodes without a word although part of them is not there: one that does not end, one whose
 * middle or end is zeros, as an interrupted download leaves it, and one whose last scans are missing, so that it would
 * come out without its colours or its detail. Coded data that ends too early within a scan is found by libjpeg itself.
 *
 * Says nothing of what it does not understand: the decoder will.
 *
 * @param size - pixels that the frame says
 * @throws PictureFault `corrupt_image`
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
  const mayBeZeros = scan.acTables.every((table) => (acZeros.get(table) ?? STANDARD_AC) === END_OF_BLOCK);
  checkData(file, scan.dataAt, mayBeZeros);
}

/** The data of the only scan: it must come to the end of the image, and not through a gap. */
function checkData(file: FileWindow, start: number, mayBeZeros: boolean): void {
  for (let at = start; ;) {
    const view = file.from(at, ZEROS.length);
    if (view.length < END_OF_IMAGE.length) throw new PictureFault('corrupt_image');
    const end = view.indexOf(END_OF_IMAGE);
    const data = end === -1 ? view : view.subarray(0, end);
    if (!mayBeZeros && data.includes(ZEROS)) throw new PictureFault('corrupt_image');
    if (end !== -1) return;
    // Views overlap, so that nothing is cut in two.
    at += Math.max(1, view.length - ZEROS.length + 1);
  }
}

/**
 * All scans together must have sent every component, and of a progressive one every coefficient. libjpeg reserves memory
 * for all pixels of such a picture: those that it says and does not have are found before.
 */
function checkScans(file: FileWindow, { marker, components }: JpegFrame, first: JpegScan, size: Size): void {
  const isProgressive = (marker & 3) === 2;
  const sent = new Map(components.map((id) => [id, new Coefficients()]));
  let meanBytes = 0;
  let scan: JpegScan | undefined = first;
  for (let count = 0; scan !== undefined; count += 1) {
    if (count === SCANS_MAX) throw new PictureFault('corrupt_image');
    for (const id of scan.components) sent.get(id)?.add(scan, isProgressive);
    const end = nextMarker(file, scan.dataAt);
    if (scan.firstCoefficient === 0) meanBytes += end - scan.dataAt;
    scan = nextScan(file, end);
  }
  if (marker === MARKER.sof2) checkJpegBytes(size, meanBytes);
  if (![...sent.values()].every((coefficients) => coefficients.areAll())) {
    throw new PictureFault('corrupt_image');
  }
}

/**
 * @param start - where the data of a scan ends
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

/** Which coefficients of a component have been sent: the mean of a block to its last bit, the others at all. */
class Coefficients {
  readonly #sent = new Set<number>();

  add({ firstCoefficient, lastCoefficient, bitsLeft }: JpegScan, isProgressive: boolean): void {
    const from = isProgressive ? firstCoefficient : 0;
    const to = isProgressive ? lastCoefficient : 63;
    for (let index = from; index <= to; index += 1) {
      if (index > 0 || bitsLeft === 0 || !isProgressive) this.#sent.add(index);
    }
  }

  areAll(): boolean {
    return this.#sent.size === 64;
  }
}
