import { LEVEL_MAX } from './levels.js';

/** Samples of the result, of 8 or 16 bits. */
export type Output = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Converts the levels of pixels, colours and then alpha, to the samples of the result. */
export type Painter = (levels: Uint16Array, output: Output) => void;

/** Converts a level to a sample of 8 or 16 bits. */
export type ToSample = (level: number) => number;

/** Returns the sample of every level. */
export function tableOf(toSample: ToSample, bits: 8 | 16): Output {
  const samples = Uint16Array.from({ length: LEVEL_MAX + 1 }, (_, level) => toSample(level));
  return bits === 8 ? Uint8Array.from(samples) : samples;
}

/** IEC 61966-2-1: converts a level of linear light to the encoded one. */
export function encodeLight(level: number): number {
  const linear = level / LEVEL_MAX;
  return LEVEL_MAX * (linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
}
