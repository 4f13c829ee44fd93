import type { RecipeSize } from '@darkroom/contracts';
import type { Deadline } from './deadline.js';
import { openPixels, type Pixels, releasePixels } from './pixels.js';
import type { Size } from './variant-size.js';

type Rung = RecipeSize & Size;

/**
 * A size is made from one of at least so many times its side, so that no detail is lost twice: with the default recipe
 * 320 and 150 pixels from 800, and 800 from 1600, the largest, which everything may be made from.
 */
const STEP = 2.5;

/** The pixels that each size is best made from: resizing is paid by the size of its source. */
export class PixelLadder {
  readonly #deadline: Deadline;
  readonly #largest: Pixels;
  /** Rungs that others are made from, small to large. */
  readonly #bases: readonly Rung[];
  readonly #made = new Map<Rung, Promise<Pixels>>();

  /**
   * @param largest - at least as large as every rung; the frames of an animation are all made from it
   * @param others - long sides in pixels of what is made beside the rungs
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
   * Pixels from which a picture is to be resized: a rung that others are made from gives its own.
   *
   * @param longSide - pixels of the picture to be made
   */
  async sourceFor(longSide: number): Promise<Pixels> {
    const own = this.#bases.find((rung) => rung.longSide === longSide);
    return own === undefined ? this.#above(longSide) : this.#pixelsOf(own);
  }

  /** Gives back the pixels of the rungs; those of the largest size stay with whoever brought them. */
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
