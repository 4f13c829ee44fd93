import type { LevelScale, SamplePath } from './levels.js';
import type { SampleNumbers } from './sample-numbers.js';

/** Part of the samples that must be in 0 to 1 for a photograph; the highlights of an HDR photograph exceed it. */
const INSIDE_MIN = 0.5;

/**
 * Finds out what the floating-point colours of a picture mean. If at least half of them are in 0 to 1, they are linear
 * light, with 1 as white: what photo editors, renderers and libvips mean by them. Highlights above 1 are clipped.
 * Otherwise they are measurements, such as heights in metres or counts: the lowest is black, the highest white, without
 * a curve, as scientific viewers show them. Zeros are not counted, because they are also the ground of measurements.
 */
export class FloatRange {
  readonly #noData: number;
  #inside = 0;
  #outside = 0;
  #low = Infinity;
  #high = -Infinity;

  /** @param noData - the number that marks pixels without a measurement (GDAL); NaN without one */
  constructor(noData: number) {
    this.#noData = noData;
  }

  add(numbers: SampleNumbers, { width, height, from, fromStep, fromRow }: SamplePath): void {
    const noData = this.#noData;
    let [inside, outside, low, high] = [0, 0, this.#low, this.#high];
    for (let y = 0; y < height; y += 1) {
      let source = from + y * fromRow;
      for (let x = 0; x < width; x += 1, source += fromStep) {
        const number = numbers[source] ?? 0;
        if (!Number.isFinite(number) || number === noData) continue;
        if (number < low) low = number;
        if (number > high) high = number;
        if (number > 0 && number <= 1) inside += 1;
        else if (number !== 0) outside += 1;
      }
    }
    this.#inside += inside;
    this.#outside += outside;
    this.#low = low;
    this.#high = high;
  }

  get isLight(): boolean {
    return this.#inside >= (this.#inside + this.#outside) * INSIDE_MIN;
  }

  /** The scale of measurements. */
  get scale(): LevelScale {
    return { low: this.#low, high: this.#high };
  }
}
