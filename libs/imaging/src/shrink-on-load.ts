import type { Size } from './variant-size.js';

/** Powers of two that libjpeg scales by in the frequency domain, where it skips most of the work. */
const SHRINKS = [8, 4, 2] as const;
/** What is left for the resizer, whose kernel keeps more of fine grain than libjpeg's scaling does. */
const LEAST_REST = 1.2;
/** From a factor of 3 on sharp shrinks on load by itself, and knows nothing of a first time: it then finds no file. */
const MOST_REST = 2.9;

/**
 * How far libjpeg shall shrink a JPEG while it decodes: as far as it can without going below the size wanted. Sharp
 * leaves factors of 2 to 3 and 4 to 5 to the resizer, because libjpeg rounds odd sides up and the picture would move by
 * part of a pixel; sides that divide evenly do not move.
 *
 * @param stored - size of the original as it is stored
 * @param wanted - the largest size to be made, as it is stored
 * @returns 1 when nothing is to be shrunk on load, or sharp does it
 */
export function shrinkOnLoad(stored: Size, wanted: Size): number {
  const factor = Math.min(stored.width / wanted.width, stored.height / wanted.height);
  return (
    SHRINKS.find(
      (shrink) =>
        factor >= shrink * LEAST_REST &&
        factor <= shrink * MOST_REST &&
        stored.width % shrink === 0 &&
        stored.height % shrink === 0,
    ) ?? 1
  );
}
