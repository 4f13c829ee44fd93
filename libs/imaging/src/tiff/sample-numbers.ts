import type { PagePlan } from './plan-page.js';
import { undoDifferences, undoFloatDifferences } from './predictor.js';
import type { TiffPage } from './tiff-page.js';

/** The samples of a block as numbers. Integers of more than 16 bits are reduced to their highest 32. */
export type SampleNumbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** The value of every half-precision number (IEEE 754 binary16). */
let halves: Float32Array | undefined;

/** Samples of a pixel that a block contains. */
export function samplesOfBlock({ isPlanar, samples }: TiffPage): number {
  return isPlanar ? 1 : samples;
}

/** Returns the numbers of a row of a block, with the padding at its end. */
export function numbersPerRow(page: TiffPage, { bits }: PagePlan): number {
  const numbers = page.block.width * samplesOfBlock(page);
  return bits % 8 === 0 ? numbers : Math.floor((Math.ceil((numbers * bits) / 8) * 8) / bits);
}

/** Returns the bytes of this many rows of a block. A row begins at a whole byte. */
export function bytesOfRows(page: TiffPage, { bits }: PagePlan, rows: number): number {
  return rows * Math.ceil((page.block.width * samplesOfBlock(page) * bits) / 8);
}

/**
 * Undoes the predictor and the byte order of decompressed rows.
 *
 * @param bytes - whole rows of a block; changed
 */
export function readSampleNumbers(
  source: Uint8Array,
  page: TiffPage,
  plan: PagePlan,
  littleEndian: boolean,
): SampleNumbers {
  const { bits, kind } = plan;
  if (bits % 8 !== 0) return unpackBits(source, page, plan);
  const size = bits / 8;
  // A view needs an aligned offset, and a whole number of values.
  const bytes =
    source.byteOffset % 8 === 0 && source.length % size === 0
      ? source
      : source.slice(0, source.length - (source.length % size));
  const stride = samplesOfBlock(page);
  const perRow = page.block.width * stride;
  // The tag means nothing without these compressions.
  const predictor = [5, 8, 32_946, 50_000].includes(page.compression) ? page.predictor : 1;
  if (predictor === 3) undoFloatDifferences(bytes, perRow, stride, size);
  else if (!littleEndian) swapBytes(bytes, size);
  const integers = integersOf(bytes, size);
  if (predictor === 2 && integers) undoDifferences(integers, perRow, stride);
  if (kind === 'float') return floatsOf(bytes, size);
  if (size === 3) return widen(bytes);
  return integers instanceof BigUint64Array
    ? Uint32Array.from(integers, (value) => Number(value >> 32n))
    : (integers ?? bytes);
}

function integersOf(bytes: Uint8Array, size: number) {
  const { buffer, byteOffset, length } = bytes;
  if (size === 1) return bytes;
  if (size === 2) return new Uint16Array(buffer, byteOffset, length / 2);
  if (size === 4) return new Uint32Array(buffer, byteOffset, length / 4);
  return size === 8 ? new BigUint64Array(buffer, byteOffset, length / 8) : undefined;
}

function floatsOf(bytes: Uint8Array, size: number): Float32Array | Float64Array {
  const { buffer, byteOffset, length } = bytes;
  if (size === 4) return new Float32Array(buffer, byteOffset, length / 4);
  if (size === 8) return new Float64Array(buffer, byteOffset, length / 8);
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, pattern) => halfToNumber(pattern));
  const table = halves;
  return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2), (half) => table[half] ?? 0);
}

function halfToNumber(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = (pattern & 0x3ff) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** Widens little-endian numbers of 24 bits to 32. */
function widen(bytes: Uint8Array): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 3 }, (_, index) => {
    const [low = 0, middle = 0, high = 0] = bytes.subarray(index * 3, index * 3 + 3);
    return ((high << 24) | (middle << 16) | (low << 8) | high) >>> 0;
  });
}

/** Samples of other depths are packed without gaps, the highest bit first, whatever the byte order. */
function unpackBits(bytes: Uint8Array, page: TiffPage, plan: PagePlan): Uint16Array {
  const { bits } = plan;
  const perRow = numbersPerRow(page, plan);
  const rowBytes = bytesOfRows(page, plan, 1);
  const rows = Math.floor(bytes.length / rowBytes);
  const numbers = new Uint16Array(rows * perRow);
  const mask = 2 ** bits - 1;
  for (let row = 0, to = 0; row < rows; row += 1) {
    let at = row * rowBytes;
    let [held, value] = [0, 0];
    for (const end = to + perRow; to < end; to += 1) {
      while (held < bits) {
        value = ((value << 8) | (bytes[at] ?? 0)) & 0xff_ff_ff;
        at += 1;
        held += 8;
      }
      held -= bits;
      numbers[to] = (value >>> held) & mask;
    }
  }
  return numbers;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
  else {
    for (let at = 0; at < bytes.length; at += 3) {
      [bytes[at], bytes[at + 2]] = [bytes[at + 2] ?? 0, bytes[at] ?? 0];
    }
  }
}
