import sharp from 'sharp';
import type { Deadline } from '../deadline.js';
import { createRawTiff } from '../raw-tiff.js';
import type { Turn } from '../turn.js';
import type { Size } from '../variant-size.js';
import type { Rectangle } from './transformations.js';

/** Samples of 8 bits, row by row and without gaps. */
export interface Plane extends Size {
  data: Buffer;
}

/** Luma, and blue and red chroma of half its width and height. */
export type Planes = readonly [Plane, Plane, Plane];

/** How samples become colours. */
export interface SampleCoding {
  /** `matrix_coefficients` (ITU-T H.273, 8.3); 2 when not stated. */
  matrix: number;
  /** Whether luma extends over all values, instead of 16 to 235. */
  isFullRange: boolean;
}

/** What to make of planes. */
export interface PlaneTarget {
  /** The part of luma to show; its edges are at even numbers. */
  shown: Rectangle;
  /** Applied last. */
  turn: Turn;
  /** The size after turning. */
  size: Size;
  coding: SampleCoding;
  /** Embedded in the result; null for sRGB. */
  icc: Buffer | null;
}

/** The weights of red and blue in luma (ITU-T H.273, table 4). BT.601 where nothing is stated, as libheif does. */
const WEIGHTS: Record<number, readonly [red: number, blue: number]> = {
  1: [0.2126, 0.0722],
  2: [0.299, 0.114],
  5: [0.299, 0.114],
  6: [0.299, 0.114],
  9: [0.2627, 0.0593],
};

/** Whether `planesToTiff` knows how the samples become colours. */
export function isKnownMatrix(matrix: number): boolean {
  return Object.hasOwn(WEIGHTS, matrix);
}

/**
 * Shrinks planes to the size of the largest variant, and converts only that to RGB: a sixth of 12 megapixels.
 *
 * @returns an uncompressed TIFF
 */
export async function planesToTiff(planes: Planes, target: PlaneTarget, deadline: Deadline): Promise<Buffer> {
  const { turn, size, icc } = target;
  const isSideways = turn.angle % 180 !== 0;
  const stored = isSideways ? { width: size.height, height: size.width } : size;
  const shrunk = await Promise.all(
    planes.map((plane, index) => shrink(plane, index === 0 ? 1 : 2, target.shown, stored, deadline)),
  );
  const tiff = createRawTiff({ ...size, channels: 3 }, icc);
  paint(shrunk, stored, target, tiff.pixels);
  return tiff.file;
}

async function shrink(
  { data, width, height }: Plane,
  half: 1 | 2,
  shown: Rectangle,
  to: Size,
  deadline: Deadline,
): Promise<Buffer> {
  // As for JPEG (`render`): what shrinks by two or more does not need the longer kernel. Neither does chroma.
  const kernel = half === 2 || shown.width >= 2 * to.width ? 'cubic' : 'lanczos3';
  return sharp(data, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .extract({
      left: shown.left / half,
      top: shown.top / half,
      width: shown.width / half,
      height: shown.height / half,
    })
    .resize(to.width, to.height, { fit: 'fill', kernel })
    .pipelineColourspace('b-w')
    .toColourspace('b-w')
    .timeout({ seconds: deadline.secondsLeft })
    .raw()
    .toBuffer();
}

/** Converts to RGB and turns, pixel by pixel. */
function paint(
  [luma, blue, red]: readonly Buffer[],
  { width, height }: Size,
  { turn, size, coding }: PlaneTarget,
  pixels: Buffer,
): void {
  if (!luma || !blue || !red) throw new Error('A plane is missing.');
  const [kr, kb] = WEIGHTS[coding.matrix] ?? [0, 0];
  const kg = 1 - kr - kb;
  const black = coding.isFullRange ? 0 : 16;
  const scale = coding.isFullRange ? 1 : 255 / 219;
  const chroma = coding.isFullRange ? 1 : 255 / 224;
  const [toRed, toBlue] = [2 * (1 - kr) * chroma, 2 * (1 - kb) * chroma];
  const [greenOfRed, greenOfBlue] = [(toRed * kr) / kg, (toBlue * kb) / kg];
  const { first, right, down } = walk(turn, size);
  // Rounds and clamps.
  const out = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let y = 0, from = 0; y < height; y += 1) {
    let at = first + y * down;
    for (let x = 0; x < width; x += 1, from += 1, at += right) {
      const light = ((luma[from] ?? 0) - black) * scale;
      const [b, r] = [(blue[from] ?? 0) - 128, (red[from] ?? 0) - 128];
      out[at] = light + toRed * r;
      out[at + 1] = light - greenOfRed * r - greenOfBlue * b;
      out[at + 2] = light + toBlue * b;
    }
  }
}

/** Where the first stored pixel goes, and how far apart its right and its lower neighbour are, in bytes of RGB. */
function walk(
  { flop, angle }: Turn,
  { width, height }: Size,
): { first: number; right: number; down: number } {
  const [end, bottom] = [width - 1, (height - 1) * width];
  const places: Record<number, readonly [first: number, right: number, down: number]> = {
    0: [0, 1, width],
    90: [end, width, -1],
    180: [bottom + end, -1, -width],
    270: [bottom, -width, 1],
  };
  const [first, right, down] = places[angle] ?? [0, 1, width];
  const across = angle % 180 === 0 ? width : height;
  const start = flop ? first + right * (across - 1) : first;
  return { first: start * 3, right: (flop ? -right : right) * 3, down: down * 3 };
}
