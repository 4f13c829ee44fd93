import type { Size } from './variant-size.js';

/** The factors by which libjpeg scales in the frequency domain, where it skips most of the work. */
const SHRINKS = [8, 4, 2] as const;
/** The smallest factor that remains for the resizer, whose kernel keeps more fine grain than libjpeg's scaling does. */
const REMAINDER_MIN = 1.2;
/**
 * From a remaining factor of 3, sharp shrinks on load itself, does not know that libjpeg already shrank, and finds no
 * file.
 */
const REMAINDER_MAX = 2.9;

/**
 * Returns the factor by which libjpeg shrinks a JPEG while decoding: the largest one that does not go below the wanted
 * size. Sharp leaves factors of 2 to 3 and 4 to 5 to the resizer, because libjpeg rounds odd sides up and the picture
 * would shift by part of a pixel. Sides that divide evenly do not shift.
 *
 * @param stored - stored size of the original
 * @param wanted - the largest size to make, in the stored orientation
 * @returns 1 when there is nothing to shrink on load, or when sharp does it
 */
export function shrinkOnLoad(stored: Size, wanted: Size): number {
  const factor = Math.min(stored.width / wanted.width, stored.height / wanted.height);
  return (
    SHRINKS.find(
      (shrink) =>
        factor >= shrink * REMAINDER_MIN &&
        factor <= shrink * REMAINDER_MAX &&
        stored.width % shrink === 0 &&
        stored.height % shrink === 0,
    ) ?? 1
  );
}
