import type { Size } from '../variant-size.js';
import {
  openTiff,
  readDirectory,
  readNumbers,
  readOne,
  type TiffDirectory,
  type TiffFile,
} from './tiff-directory.js';

/** What one directory says about its pixels, with the defaults of TIFF 6.0. */
export interface TiffPage extends Size {
  /** Position in the chain of directories, from 0: the `page` of libvips. */
  index: number;
  directory: TiffDirectory;
  /** Bits of each sample; the numbers differ only in pictures that no decoder here supports. */
  bits: readonly number[];
  /** 1: unsigned, 2: signed, 3: floating point, 4: undefined, 5 and 6: complex; one for each sample, or one for all. */
  sampleFormats: readonly number[];
  /** Samples of a pixel. */
  samples: number;
  photometric: number;
  compression: number;
  /** 1: none, 2: horizontal differences, 3: differences of floating-point numbers. */
  predictor: number;
  /** Each sample has separate strips or tiles. */
  isPlanar: boolean;
  /** The meaning of the samples after the colours. 1: associated (premultiplied) alpha, 2: alpha, 0: another one. */
  extraSamples: readonly number[];
  /** The lowest bit of a byte comes first. */
  isReversed: boolean;
  isTiled: boolean;
  /** Size of a tile, or of a strip. */
  block: Size;
}

/** Tags (TIFF 6.0, and the supplements of Adobe). */
export const TAG = {
  newSubfileType: 254,
  subfileType: 255,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planar: 284,
  predictor: 317,
  whitePoint: 318,
  colourMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  coefficients: 529,
  subsampling: 530,
  positioning: 531,
  referenceBlackWhite: 532,
  xmp: 700,
  iptc: 33_723,
  icc: 34_675,
  noData: 42_113,
} as const;

/** Pages that are compared; the largest of them is shown. Real files of thousands of pages are stacks of equal size. */
const PAGES_MAX = 10_000;
/** Values of a tag with one number for each sample. */
const SAMPLES_MAX = 64;

/** A TIFF and the page of it to show. */
export interface TiffPicture {
  file: TiffFile;
  page: TiffPage;
}

/**
 * Finds the picture of a TIFF: the first of its largest full pages. A thumbnail or another reduced version, and a mask,
 * are chosen only when there is no full page.
 *
 * @param fd - an open file; stays open
 * @returns null when no directory describes a picture
 */
export function findPicture(fd: number): TiffPicture | null {
  const file = openTiff(fd);
  if (!file) return null;
  let found: { page: TiffPage; isFull: boolean } | undefined;
  const seen = new Set<number>();
  let offset = file.first;
  for (let index = 0; index < PAGES_MAX && offset !== 0 && !seen.has(offset); index += 1) {
    seen.add(offset);
    const directory = readDirectory(file, offset);
    if (!directory) break;
    offset = directory.next;
    const size = readSize(file, directory);
    if (!size) continue;
    const isFull = isFullPage(file, directory);
    const isLarger = !found || size.width * size.height > found.page.width * found.page.height;
    if (found && (found.isFull === isFull ? !isLarger : found.isFull)) continue;
    found = { page: readPage(file, directory, index, size), isFull };
  }
  return found ? { file, page: found.page } : null;
}

function readSize(file: TiffFile, directory: TiffDirectory): Size | null {
  const width = readOne(file, directory, TAG.width) ?? 0;
  const height = readOne(file, directory, TAG.height) ?? 0;
  return width >= 1 && height >= 1 && Number.isInteger(width) && Number.isInteger(height)
    ? { width, height }
    : null;
}

/** Bit 0 of NewSubfileType marks a reduced version, bit 2 a mask; SubfileType, its predecessor, has 2 for reduced. */
function isFullPage(file: TiffFile, directory: TiffDirectory): boolean {
  const newType = readOne(file, directory, TAG.newSubfileType) ?? 0;
  return (newType & 0b101) === 0 && readOne(file, directory, TAG.subfileType) !== 2;
}

function readPage(file: TiffFile, directory: TiffDirectory, index: number, size: Size): TiffPage {
  const one = (tag: number) => readOne(file, directory, tag);
  const many = (tag: number) => [...readNumbers(file, directory, tag, SAMPLES_MAX)];
  const samples = one(TAG.samples) ?? 1;
  const bits = many(TAG.bits);
  const sampleFormats = many(TAG.sampleFormat);
  const isTiled = directory.entries.has(TAG.tileWidth);
  const rows = one(TAG.rowsPerStrip) ?? size.height;
  return {
    ...size,
    index,
    directory,
    bits: bits.length === 0 ? [1] : bits,
    sampleFormats: sampleFormats.length === 0 ? [1] : sampleFormats,
    samples,
    // Without the tag, three samples are colours.
    photometric: one(TAG.photometric) ?? (samples >= 3 ? 2 : 1),
    compression: one(TAG.compression) ?? 1,
    predictor: one(TAG.predictor) ?? 1,
    isPlanar: one(TAG.planar) === 2 && samples > 1,
    extraSamples: many(TAG.extraSamples),
    isReversed: one(TAG.fillOrder) === 2,
    isTiled,
    block: isTiled
      ? { width: one(TAG.tileWidth) ?? 0, height: one(TAG.tileHeight) ?? 0 }
      : { width: size.width, height: Math.min(size.height, rows) },
  };
}
