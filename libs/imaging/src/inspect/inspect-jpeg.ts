import { formatNumber, PictureFault } from '@darkroom/errors';
import { checkPixels } from '../check-limits.js';
import { checkJpegBytes } from '../complete/check-jpeg-bytes.js';
import type { FileWindow } from '../complete/file-window.js';
import {
  isFrame,
  type JpegFrame,
  MARKER,
  nextMarker,
  readFrame,
  type Sampling,
  type Segment,
  segments,
} from '../complete/jpeg-frame.js';
import type { ImagingLimits } from '../engine-types.js';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import type { Mended } from './mended.js';

/**
 * Codings that libjpeg-turbo does not decode, by the second byte of their marker (T.81, table B.1). It decodes a
 * lossless JPEG, but cannot shrink it: sharp would take a corner for the whole picture.
 */
const UNSUPPORTED: Readonly<Record<number, string>> = {
  0xc3: 'a lossless JPEG',
  0xc5: 'a hierarchical JPEG',
  0xc6: 'a hierarchical JPEG',
  0xc7: 'a hierarchical JPEG',
  0xcb: 'a lossless JPEG',
  0xcd: 'a hierarchical JPEG',
  0xce: 'a hierarchical JPEG',
  0xcf: 'a hierarchical JPEG',
  0xde: 'a hierarchical JPEG',
  0xf7: 'a JPEG-LS',
};
/** Defines the number of lines after the first scan, when the frame does not state it (T.81, B.2.5). */
const DNL = 0xdc;
const DNL_BYTES = 4;
const BITS = 8;
/** Bits of a sample that T.81 allows in any coding. */
const BITS_MIN = 2;
const BITS_MAX = 16;

/** Numbers of components with a colour space: grey, RGB or YCbCr, CMYK or YCCK. libjpeg passes on others as they are. */
const COMPONENTS = new Set([1, 3, 4]);
/** The limit of libjpeg, in pixels a side. */
const SIDE_MAX = 65_500;
/** From this marker on, codings are arithmetic: a bit can hold several blocks. */
const SOF9 = 0xc9;

/**
 * Refuses a JPEG that libjpeg cannot decode or that is too short for its size, and writes the height into the frame of
 * one that states it after its first scan.
 *
 * Ignores anything else that it does not understand: the decoder handles it.
 *
 * @returns null unless the height had to be written
 * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`
 */
export function inspectJpeg(file: FileWindow, limits: ImagingLimits): Mended | null {
  let frame: Segment | undefined;
  for (const segment of segments(file, 2)) {
    const { marker } = segment;
    const coding = UNSUPPORTED[marker];
    if (coding !== undefined) throw unsupported(coding);
    if (marker === MARKER.sos && frame !== undefined) return withHeight(file, frame, segment, limits);
    if (!isFrame(marker) || frame !== undefined) continue;
    frame = segment;
    const { size } = checkSamples(readFrame(file, segment));
    if (size.height === 0) continue;
    checkSize(file, marker, size, limits);
    return null;
  }
  return null;
}

function checkSamples(frame: JpegFrame): JpegFrame {
  const { bits, components, samplings } = frame;
  if (bits < BITS_MIN || bits > BITS_MAX) throw new PictureFault('corrupt_image');
  if (bits !== BITS) throw unsupported(`a JPEG with ${bits} bits a sample`);
  const count = components.length;
  if (count > 0 && !COMPONENTS.has(count)) throw unsupported(`a JPEG with ${count} colour components`);
  if (samplings.some(isFractional)) throw unsupported('a JPEG with fractional chroma subsampling');
  return frame;
}

/** Whether the samples of a component do not divide those of the most finely sampled one. */
function isFractional({ horizontal, vertical }: Sampling, _index: number, all: readonly Sampling[]): boolean {
  const [across, down] = [
    Math.max(...all.map((one) => one.horizontal)),
    Math.max(...all.map((one) => one.vertical)),
  ];
  // A factor of 0 is damage, which the decoder reports.
  return across % (horizontal || 1) !== 0 || down % (vertical || 1) !== 0;
}

function checkSize(file: FileWindow, marker: number, size: Size, limits: ImagingLimits): void {
  checkPixels(size, limits);
  if (Math.max(size.width, size.height) > SIDE_MAX)
    throw unsupported(`a JPEG with a side of more than ${formatNumber(SIDE_MAX)} pixels`);
  if (marker < SOF9) checkJpegBytes(size, file.length);
}

function withHeight(file: FileWindow, frame: Segment, scan: Segment, limits: ImagingLimits): Mended | null {
  const at = nextMarker(file, scan.end);
  if (file.byte(at + 1) !== DNL || file.uint16(at + 2) !== DNL_BYTES) return null;
  const height = file.uint16(at + 4);
  if (height <= 0) return null;
  const { width } = readFrame(file, frame).size;
  checkSize(file, frame.marker, { width, height }, limits);
  const jpeg = file.all();
  jpeg.writeUInt16BE(height, frame.at + 1);
  return { file: jpeg, leadingPages: 0 };
}
