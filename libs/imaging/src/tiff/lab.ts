import { LEVEL_MAX } from './levels.js';
import { encodeLight, type Output, type Painter, type ToSample } from './output.js';
import type { PagePlan } from './plan-page.js';
import { readNumbers } from './tiff-directory.js';
import { TAG, type TiffPicture } from './tiff-page.js';

type Triple = readonly [number, number, number];

const ICC_LAB = 9;
/** Chromaticity of D50, the default white of CIELab (as in libtiff and ICC). */
const D50 = [0.3457, 0.3585] as const;
/** XYZ of D65, the white of sRGB. */
const D65: Triple = [0.950_47, 1, 1.088_83];
/** XYZ under D65 to linear sRGB (IEC 61966-2-1). */
const XYZ_TO_SRGB: readonly Triple[] = [
  [3.240_454_2, -1.537_138_5, -0.498_531_4],
  [-0.969_266, 1.876_010_8, 0.041_556],
  [0.055_643_4, -0.204_025_9, 1.057_225_2],
];
/** The cone responses of Bradford, and their inverse. */
const BRADFORD: readonly Triple[] = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const BRADFORD_INVERSE: readonly Triple[] = [
  [0.986_992_9, -0.147_054_3, 0.159_962_7],
  [0.432_305_3, 0.518_360_3, 0.049_291_2],
  [-0.008_528_7, 0.040_042_8, 0.968_486_7],
];

/** Converts CIELab (TIFF 6.0, section 23) and ICCLab (TIFF Technical Note 4) to sRGB, relative to its white. */
export function createLabPainter(
  { file, page }: TiffPicture,
  { bits }: PagePlan,
  toSample: ToSample,
  alpha: Output | null,
): Painter {
  const toSrgb = matrixFrom(whiteOf(readNumbers(file, page.directory, TAG.whitePoint, 2)));
  const decode = page.photometric === ICC_LAB ? decodeIccLab(bits) : decodeCieLab(bits);
  const samples = Uint16Array.from({ length: LEVEL_MAX + 1 }, (_, level) => toSample(encodeLight(level)));
  const step = alpha ? 4 : 3;
  return (levels, output) => {
    for (let at = 0; at < levels.length; at += step) {
      const lightness = decode.lightness(levels[at] ?? 0);
      const fy = (lightness + 16) / 116;
      const x = invert(fy + decode.chroma(levels[at + 1] ?? 0) / 500);
      const y = invert(fy);
      const z = invert(fy - decode.chroma(levels[at + 2] ?? 0) / 200);
      for (let row = 0; row < 3; row += 1) {
        const linear =
          (toSrgb[row * 3] ?? 0) * x + (toSrgb[row * 3 + 1] ?? 0) * y + (toSrgb[row * 3 + 2] ?? 0) * z;
        output[at + row] =
          samples[linear >= 1 ? LEVEL_MAX : linear > 0 ? Math.round(linear * LEVEL_MAX) : 0] ?? 0;
      }
      if (alpha) output[at + 3] = alpha[levels[at + 3] ?? 0] ?? 0;
    }
  };
}

interface LabDecoding {
  /** L*, 0 to 100. */
  lightness: (value: number) => number;
  /** A* or b*. */
  chroma: (value: number) => number;
}

/** A* and b* are signed. */
function decodeCieLab(bits: number): LabDecoding {
  const max = 2 ** bits - 1;
  const unit = bits === 8 ? 1 : 256;
  return {
    lightness: (value) => (value / max) * 100,
    chroma: (value) => ((value << (32 - bits)) >> (32 - bits)) / unit,
  };
}

/** A* and b* have an offset; 16 bits as in ICC version 2, where 0xFF00 is the L* of 100. */
function decodeIccLab(bits: number): LabDecoding {
  const max = bits === 8 ? 255 : 0xff00;
  const unit = bits === 8 ? 1 : 256;
  return {
    lightness: (value) => Math.min(100, (value / max) * 100),
    chroma: (value) => value / unit - 128,
  };
}

function invert(f: number): number {
  return f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29);
}

function whiteOf(stated: Float64Array): Triple {
  const [x = 0, y = 0] = stated;
  const isUsable = x > 0.1 && y > 0.1 && x + y < 1;
  const [wx, wy] = isUsable ? [x, y] : D50;
  return [wx / wy, 1, (1 - wx - wy) / wy];
}

/** Returns the matrix from XYZ relative to `white` (each 1 for white) to linear sRGB, by rows. */
function matrixFrom(white: Triple): Float64Array {
  const from = apply(BRADFORD, white);
  const to = apply(BRADFORD, D65);
  const matrix = new Float64Array(9);
  for (let column = 0; column < 3; column += 1) {
    const unit = white.map((value, index) => (index === column ? value : 0)) as unknown as Triple;
    const cones = apply(BRADFORD, unit).map((cone, index) => (cone * (to[index] ?? 0)) / (from[index] ?? 1));
    const linear = apply(XYZ_TO_SRGB, apply(BRADFORD_INVERSE, cones as unknown as Triple));
    linear.forEach((value, row) => {
      matrix[row * 3 + column] = value;
    });
  }
  return matrix;
}

function apply(matrix: readonly Triple[], [x, y, z]: Triple): Triple {
  return matrix.map((row) => row[0] * x + row[1] * y + row[2] * z) as unknown as Triple;
}
