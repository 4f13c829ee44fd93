import type { Size } from './variant-size.js';

/** Powers of two that libjpeg scales by in the frequency domain, where it skips most of the work. */
const SHRINKS = [8, 4, 2] as const;
/** What is left for the resizer, whose kernel keeps more of fine grain than libjpeg's scaling does. */
const LEAST_REST = 1.2;
/** From this factor on sharp shrinks on load by itself, and would do so a second time. */
const SHARP_SHRINKS = 16;

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
  if (factor >= SHARP_SHRINKS) return 1;
  return (
    SHRINKS.find(
      (shrink) =>
        factor >= shrink * LEAST_REST && stored.width % shrink === 0 && stored.height % shrink === 0,
    ) ?? 1
  );
}
