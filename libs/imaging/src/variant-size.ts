import type { Recipe } from '@darkroom/contracts';
import { THUMBHASH_SIDE } from './thumbhash.js';

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/**
 * Returns the size of a variant. Its long side is `longSide`, but never more than the source's. Its short side keeps
 * the proportion, rounded half up, and is at least 1.
 *
 * Uses integers, so that a half is exactly a half and not 0.49999….
 *
 * @param source - upright size of one frame of the source
 * @param longSide - pixels
 */
export function variantSize(source: Size, longSide: number): Size {
  const long = Math.max(source.width, source.height);
  if (long <= longSide) return { width: source.width, height: source.height };
  const scale = (side: number) => Math.max(1, Math.floor((2 * side * longSide + long) / (2 * long)));
  return { width: scale(source.width), height: scale(source.height) };
}

/** Returns the longer side in pixels of the largest picture that is made of a source. */
export function longestSide({ sizes }: Recipe): number {
  return Math.max(THUMBHASH_SIDE, ...sizes.map(({ longSide }) => longSide));
}
