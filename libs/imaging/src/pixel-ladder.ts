import type { RecipeSize } from '@darkroom/contracts';
import type { Deadline } from './deadline.js';
import { openPixels, type Pixels, releasePixels } from './pixels.js';
import type { Size } from './variant-size.js';

type Rung = RecipeSize & Size;

/**
 * The source of a size is at least this many times as large, so that no detail is lost twice: with the default recipe,
 * 320 and 150 pixels come from 800, and 800 from 1600. Every size may be made from the largest.
 */
const STEP = 2.5;

/** The best source of pixels for each size: the cost of a resize depends on the size of its source. */
export class PixelLadder {
  readonly #deadline: Deadline;
  readonly #largest: Pixels;
  /** Rungs that serve as a source for others, small to large. */
  readonly #bases: readonly Rung[];
  readonly #made = new Map<Rung, Promise<Pixels>>();

  /**
   * @param largest - at least as large as every rung; the only source for the frames of an animation
   * @param others - long sides in pixels of further pictures that are not rungs
   */
  constructor(largest: Pixels, rungs: readonly Rung[], deadline: Deadline, others: readonly number[] = []) {
    this.#largest = largest;
    this.#deadline = deadline;
    const sides = [...rungs.map(({ longSide }) => longSide), ...others];
    const serves = (base: Rung): boolean => sides.some((side) => side * STEP <= base.longSide);
    const isSmaller = ({ width, height }: Rung): boolean => width < largest.width || height < largest.height;
    this.#bases =
      largest.frames > 1
        ? []
        : rungs.filter((rung) => isSmaller(rung) && serves(rung)).toSorted((a, b) => a.longSide - b.longSide);
  }

  /**
   * Returns the pixels to resize a picture from; a rung that serves others is its own source.
   *
   * @param longSide - pixels of the resized picture
   */
  async sourceFor(longSide: number): Promise<Pixels> {
    const own = this.#bases.find((rung) => rung.longSide === longSide);
    return own === undefined ? this.#above(longSide) : this.#pixelsOf(own);
  }

  /** Releases the pixels of the rungs; the caller keeps the pixels of the largest size. */
  async release(): Promise<void> {
    for (const made of await Promise.allSettled(this.#made.values())) {
      if (made.status === 'fulfilled') releasePixels(made.value);
    }
    this.#made.clear();
  }

  async #above(longSide: number): Promise<Pixels> {
    const base = this.#bases.find((rung) => rung.longSide >= longSide * STEP);
    return base === undefined ? this.#largest : this.#pixelsOf(base);
  }

  #pixelsOf(base: Rung): Promise<Pixels> {
    const made = this.#made.get(base) ?? this.#render(base);
    this.#made.set(base, made);
    return made;
  }

  async #render({ longSide, width, height }: Rung): Promise<Pixels> {
    const { data, info } = await openPixels(await this.#above(longSide), this.#deadline)
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, frames: 1, channels: info.channels };
  }
}
