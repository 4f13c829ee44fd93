import type { Chromaticities } from '../named-colour.js';

type Point = readonly [x: number, y: number];

const D65: Point = [0.3127, 0.329];
/** Illuminant C. */
const C: Point = [0.31, 0.316];
/** The white of film projectors. */
const DCI: Point = [0.314, 0.351];

const BT_709: Chromaticities = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 };
/** SMPTE 170M and 240M. */
const NTSC: Chromaticities = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 };
const P3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const;

/** ITU-T H.273, table 2. 2 is unspecified: browsers, like MIAF (ISO/IEC 23000-22, 7.3.6.4), then assume sRGB. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: BT_709,
  2: BT_709,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: C },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: NTSC,
  7: NTSC,
  8: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: C },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  11: { ...P3, white: DCI },
  12: { ...P3, white: D65 },
  22: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/** Returns the chromaticities of a code point; null when it is reserved or unknown here. */
export function chromaticitiesOf(primaries: number | Chromaticities): Chromaticities | null {
  return typeof primaries === 'number' ? (PRIMARIES[primaries] ?? null) : primaries;
}

/** Bradford's cone responses (ICC.1:2022, annex E), by rows, and their inverse. */
const BRADFORD = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** XYZ of the white of ICC's profile connection space (ICC.1:2022, 7.2.16). */
const D50 = [0.9642, 1, 0.8249];

/**
 * Computes the matrix from linear RGB to XYZ, under the picture's own white (SMPTE RP 177).
 *
 * @returns nine numbers by rows; the second row has the shares of luminance. Null when the primaries span no gamut
 */
export function rgbToXyz({ red, green, blue, white }: Chromaticities): number[] | null {
  const columns = [red, green, blue].map(xyzOf);
  const [r = [], g = [], b = []] = columns;
  const unscaled = [0, 1, 2].flatMap((row) => [r[row] ?? 0, g[row] ?? 0, b[row] ?? 0]);
  const inverse = invert(unscaled);
  if (inverse === null) return null;
  // So much of each primary that all three together are white.
  const shares = apply(inverse, xyzOf(white));
  const matrix = unscaled.map((value, index) => value * (shares[index % 3] ?? 0));
  return matrix.every(Number.isFinite) && shares.every((share) => share > 0) ? matrix : null;
}

/** The same under D50, the white of ICC profiles, adapted by Bradford. */
export function rgbToXyzD50(chromaticities: Chromaticities): number[] | null {
  const matrix = rgbToXyz(chromaticities);
  const back = invert(BRADFORD);
  if (matrix === null || back === null) return null;
  const from = apply(BRADFORD, xyzOf(chromaticities.white));
  const to = apply(BRADFORD, D50);
  const scaled = BRADFORD.map((value, index) => {
    const row = Math.floor(index / 3);
    return (value * (to[row] ?? 0)) / (from[row] ?? 0);
  });
  const adapted = multiply(multiply(back, scaled), matrix);
  return adapted.every(Number.isFinite) ? adapted : null;
}

/** Multiplies two matrices of nine numbers by rows. */
export function multiply(left: readonly number[], right: readonly number[]): number[] {
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) =>
      [0, 1, 2].reduce((sum, k) => sum + (left[row * 3 + k] ?? 0) * (right[k * 3 + column] ?? 0), 0),
    ),
  );
}

/** XYZ of a chromaticity with a luminance of 1. */
function xyzOf([x, y]: Point): number[] {
  return [x / y, 1, (1 - x - y) / y];
}

function apply(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 1, 2].map((row) =>
    [0, 1, 2].reduce((sum, k) => sum + (matrix[row * 3 + k] ?? 0) * (vector[k] ?? 0), 0),
  );
}

/** Inverts a matrix of nine numbers by its cofactors; null when it has no inverse. */
function invert(matrix: readonly number[]): number[] | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-9) return null;
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((cofactor) => cofactor / determinant);
}
