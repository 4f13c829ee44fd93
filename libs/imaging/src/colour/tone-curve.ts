import { lightToPq, pqToLight } from './transfer.js';

/** cd/m² of a white page, of graphics and of SDR pictures within HDR (ITU-R BT.2408, table 1). */
export const WHITE_LIGHT = 203;

/**
 * Creates the tone curve of ITU-R BT.2390 (5.4.1): light up to the knee stays the same; a Hermite spline in PQ compresses
 * the light above it, so that the brightest becomes white.
 *
 * @param peak - cd/m² of the brightest light in the picture
 * @returns a function of cd/m² that returns cd/m² up to `WHITE_LIGHT`. It changes nothing in a picture whose peak is white
 */
export function createToneCurve(peak: number): (light: number) => number {
  if (peak <= WHITE_LIGHT) return (light) => Math.min(light, WHITE_LIGHT);
  const source = lightToPq(peak);
  const target = lightToPq(WHITE_LIGHT) / source;
  const knee = 1.5 * target - 0.5;
  return (light) => {
    const value = Math.min(1, lightToPq(light) / source);
    if (value < knee) return light;
    const t = (value - knee) / (1 - knee);
    const [t2, t3] = [t ** 2, t ** 3];
    const spline =
      (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * target;
    return Math.min(WHITE_LIGHT, pqToLight(spline * source));
  };
}
