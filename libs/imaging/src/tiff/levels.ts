import type { PagePlan } from './plan-page.js';
import type { SampleNumbers } from './sample-numbers.js';

/** The highest level: every sample becomes a whole number from 0 to this, whatever its format. */
export const LEVEL_MAX = 65_535;

/** The numbers of one sample in a block, and where their levels go. */
export interface SamplePath {
  width: number;
  height: number;
  /** Position of the first number, and numbers to the next pixel and to the next row. */
  from: number;
  fromStep: number;
  fromRow: number;
  /** Position of the first level, and levels to the next pixel; rows have no gaps. */
  to: number;
  toStep: number;
}

/** How numbers become levels: by a table, by the highest bits, or from a range of numbers. */
export type LevelScale = { table: Uint16Array } | { isSigned: boolean } | { low: number; high: number };

/**
 * Returns the scale of integer samples, and of floating-point samples in the range 0 to 1. Every integer format covers
 * its whole range: the lowest number is black and the highest is white, also with a sign.
 */
export function createScale({ kind, bits }: Pick<PagePlan, 'kind' | 'bits'>): LevelScale {
  const isSigned = kind === 'signed';
  if (kind === 'float') return { low: 0, high: 1 };
  if (bits > 16) return { isSigned };
  const max = 2 ** bits - 1;
  const half = isSigned ? 2 ** (bits - 1) : 0;
  // In two's complement, adding half the range and dropping the overflow orders negative numbers first.
  return {
    table: Uint16Array.from({ length: max + 1 }, (_, number) =>
      Math.round((((number + half) & max) / max) * LEVEL_MAX),
    ),
  };
}

/** The numbers themselves as levels: indices of a palette, and values that a colour model computes with. */
export const UNSCALED: LevelScale = {
  table: Uint16Array.from({ length: LEVEL_MAX + 1 }, (_, value) => value),
};

/** Converts one sample of every pixel of a block. Not a number becomes 0. */
export function fillLevels(
  numbers: SampleNumbers,
  path: SamplePath,
  scale: LevelScale,
  levels: Uint16Array,
): void {
  if ('table' in scale) fillByTable(numbers, path, scale.table, levels);
  else if ('isSigned' in scale) fillByHighBits(numbers, path, scale.isSigned, levels);
  else fillByRange(numbers, path, scale, levels);
}

function fillByTable(
  numbers: SampleNumbers,
  { width, height, from, fromStep, fromRow, to, toStep }: SamplePath,
  table: Uint16Array,
  levels: Uint16Array,
): void {
  let target = to;
  for (let y = 0; y < height; y += 1) {
    let source = from + y * fromRow;
    for (let x = 0; x < width; x += 1, source += fromStep, target += toStep) {
      levels[target] = table[numbers[source] ?? 0] ?? 0;
    }
  }
}

function fillByHighBits(
  numbers: SampleNumbers,
  { width, height, from, fromStep, fromRow, to, toStep }: SamplePath,
  isSigned: boolean,
  levels: Uint16Array,
): void {
  const flip = isSigned ? 0x8000 : 0;
  let target = to;
  for (let y = 0; y < height; y += 1) {
    let source = from + y * fromRow;
    for (let x = 0; x < width; x += 1, source += fromStep, target += toStep) {
      levels[target] = ((numbers[source] ?? 0) >>> 16) ^ flip;
    }
  }
}

function fillByRange(
  numbers: SampleNumbers,
  { width, height, from, fromStep, fromRow, to, toStep }: SamplePath,
  { low, high }: { low: number; high: number },
  levels: Uint16Array,
): void {
  // Halved first: the difference of two large numbers can be infinite.
  const half = high / 2 - low / 2;
  const factor = half > 0 ? LEVEL_MAX / half : 0;
  let target = to;
  for (let y = 0; y < height; y += 1) {
    let source = from + y * fromRow;
    for (let x = 0; x < width; x += 1, source += fromStep, target += toStep) {
      const number = numbers[source] ?? 0;
      levels[target] = number >= high ? LEVEL_MAX : number > low ? (number / 2 - low / 2) * factor + 0.5 : 0;
    }
  }
}
