import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import type { Region } from './block-reader.js';
import { LEVEL_MAX } from './levels.js';
import type { Painter, ToSample } from './output.js';
import { readNumbers } from './tiff-directory.js';
import { TAG, type TiffPage, type TiffPicture } from './tiff-page.js';

/** Defaults of TIFF 6.0, section 21: the luma of ITU-R BT.601, and the full range. */
const COEFFICIENTS = [0.299, 0.587, 0.114] as const;
const REFERENCES = [0, 255, 128, 255, 128, 255] as const;

/** How many pixels share one pair of chroma samples. */
export interface Subsampling {
  across: number;
  down: number;
}

export function readSubsampling({ file, page }: TiffPicture): Subsampling {
  const [across = 2, down = 2] = readNumbers(file, page.directory, TAG.subsampling, 2);
  const allowed = [1, 2, 4];
  if (!allowed.includes(across) || !allowed.includes(down)) {
    throw unsupported(`a TIFF with a chroma subsampling of ${across} × ${down}`);
  }
  return { across, down };
}

/** Returns the bytes of this many rows: units of all luma samples of a chroma pair, and then the pair. */
export function bytesOfYcbcrRows(page: TiffPage, { across, down }: Subsampling, rows: number): number {
  return Math.ceil(page.block.width / across) * Math.ceil(rows / down) * (across * down + 2);
}

/** Repeats the chroma of each unit for its pixels. @param levels - receives luma, Cb and Cr of each pixel of the region */
export function spreadUnits(
  bytes: Uint8Array,
  page: TiffPage,
  { across, down }: Subsampling,
  { width, height }: Region,
  levels: Uint16Array,
): void {
  const unit = across * down + 2;
  const perRow = Math.ceil(page.block.width / across);
  if (bytes.length < perRow * Math.ceil(height / down) * unit) throw new PictureFault('corrupt_image');
  for (let y = 0, to = 0; y < height; y += 1) {
    const row = Math.floor(y / down) * perRow;
    for (let x = 0; x < width; x += 1, to += 3) {
      const at = (row + Math.floor(x / across)) * unit;
      levels[to] = bytes[at + (y % down) * across + (x % across)] ?? 0;
      levels[to + 1] = bytes[at + unit - 2] ?? 0;
      levels[to + 2] = bytes[at + unit - 1] ?? 0;
    }
  }
}

/** Converts luma and chroma of 8 bits to RGB, by the coefficients and the reference values of the page. */
export function createYcbcrPainter({ file, page }: TiffPicture, toSample: ToSample): Painter {
  const stated = readNumbers(file, page.directory, TAG.coefficients, 3);
  const [red, green, blue] = isUsable(stated) ? (stated as unknown as typeof COEFFICIENTS) : COEFFICIENTS;
  const read = readNumbers(file, page.directory, TAG.referenceBlackWhite, 6);
  const references = read.length === 6 && read.every((value) => Number.isFinite(value)) ? read : REFERENCES;
  const luma = scaleOf(references, 0, 255);
  const blueDifference = scaleOf(references, 2, 127);
  const redDifference = scaleOf(references, 4, 127);
  const samples = Uint16Array.from({ length: 256 }, (_, value) => toSample((value / 255) * LEVEL_MAX));
  const sampleOf = (value: number) => samples[value >= 255 ? 255 : value > 0 ? Math.round(value) : 0] ?? 0;
  return (levels, output) => {
    for (let at = 0; at < levels.length; at += 3) {
      const y = luma[levels[at] ?? 0] ?? 0;
      const r = y + (2 - 2 * red) * (redDifference[levels[at + 2] ?? 0] ?? 0);
      const b = y + (2 - 2 * blue) * (blueDifference[levels[at + 1] ?? 0] ?? 0);
      output[at] = sampleOf(r);
      output[at + 1] = sampleOf((y - red * r - blue * b) / green);
      output[at + 2] = sampleOf(b);
    }
  };
}

function isUsable(coefficients: Float64Array): boolean {
  return coefficients.length === 3 && coefficients.every((value) => value > 0 && value < 1);
}

/** Returns the value of each code: 0 at the reference black, `range` at the reference white. */
function scaleOf(references: ArrayLike<number>, at: number, range: number): Float64Array {
  const [black = 0, white = 0] = [references[at], references[at + 1]];
  const span = white === black ? 1 : white - black;
  return Float64Array.from({ length: 256 }, (_, code) => ((code - black) * range) / span);
}
