import type { Deadline } from '../deadline.js';
import type { RawPicture } from '../raw-tiff.js';
import { samplesOf } from './psd-planes.js';

const PIXELS_A_LOOK = 2 ** 18;
/** The white D50, which Photoshop and ICC use, as XYZ. */
const WHITE_X = 0.964_22;
const WHITE_Z = 0.825_21;
/** CIE 15: below it, the cube root becomes a line. */
const EPSILON = 216 / 24_389;
const KAPPA = 24_389 / 27;
/** XYZ under D50 to linear sRGB, adapted by Bradford (Lindbloom, 2017). */
const TO_SRGB = [
  [3.133_856_1, -1.616_866_7, -0.490_614_6],
  [-0.978_768_4, 1.916_141_5, 0.033_454],
  [0.071_945_3, -0.228_991_4, 1.405_242_7],
] as const;

/**
 * Converts CIELab to sRGB, in place: L from 0 for black to the highest number for white; a and b with their zero in the
 * middle, 1 or 256 for one.
 */
export function labToSrgb(pixels: Buffer, { channels, bits = 8 }: RawPicture, deadline: Deadline): void {
  const { samples, write } = samplesOf(pixels, bits);
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  const one = middle / 128;
  for (let at = 0; at < samples.length; at += channels) {
    if ((at / channels) % PIXELS_A_LOOK === 0) deadline.check();
    const lightness = ((samples[at] ?? 0) * 100) / most;
    const fy = (lightness + 16) / 116;
    const x = WHITE_X * invert(fy + ((samples[at + 1] ?? 0) - middle) / one / 500);
    const y = lightness > KAPPA * EPSILON ? fy ** 3 : lightness / KAPPA;
    const z = WHITE_Z * invert(fy - ((samples[at + 2] ?? 0) - middle) / one / 200);
    for (let channel = 0; channel < 3; channel += 1) {
      const [fromX, fromY, fromZ] = TO_SRGB[channel] ?? TO_SRGB[0];
      samples[at + channel] = Math.round(encode(fromX * x + fromY * y + fromZ * z) * most);
    }
  }
  write();
}

function invert(f: number): number {
  const cube = f ** 3;
  return cube > EPSILON ? cube : (116 * f - 16) / KAPPA;
}

/** IEC 61966-2-1; colours that sRGB does not contain are clipped. */
function encode(light: number): number {
  const clipped = Math.min(1, Math.max(0, light));
  return clipped <= 0.003_130_8 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055;
}
