import type { Deadline } from '../deadline.js';
import { encodedTable, STEPS } from '../icc/matrix-kernel.js';
import { XYZ_TO_SRGB } from '../icc/to-srgb.js';
import { HLG, isHdr, type NamedColour, PQ } from '../named-colour.js';
import type { DeepPixels, Pixels } from '../pixels.js';
import { chromaticitiesOf, multiply, rgbToXyz, rgbToXyzD50 } from './primaries.js';
import { createToneCurve, WHITE_LIGHT } from './tone-curve.js';
import { hlgToScene, pqToLight, transferOf } from './transfer.js';

const VALUES = 65_536;
/** Pixels between two checks of the deadline, a few milliseconds. */
const BATCH = 2 ** 17;
/** cd/m² of the display that HLG is made for, and the exponent for its brightness (ITU-R BT.2100, table 5). */
const HLG_PEAK = 1000;
const HLG_SYSTEM_GAMMA = 1.2;
/** The share of pixels that may be brighter than what becomes white: a spark does not darken the picture. */
const BRIGHTER_SHARE = 0.001;
/** The brightest light of PQ, in parts of white. */
const LIGHT_MAX = 10_000 / WHITE_LIGHT;
/** Steps of light in the histogram and in the tone curve, even in its fourth root, which is about even to the eye. */
const TONE_STEPS = 8192;

/** Reads the linear light of the pixel that begins at a sample, in parts of white. */
type ReadLight = (at: number, rgb: Float64Array) => void;

/**
 * Converts pixels of 16 bits with named colours to 8-bit sRGB. HDR is tone-mapped (decision 0025). Colours outside sRGB
 * are clipped; HDR colours that are too bright keep their hue.
 *
 * @param colour - known colours (`isKnownColour`); `bits` are those of a sample before the decoder shifted it to 16
 * @throws Error, a bug, for unknown colours
 */
export function convertDeep(
  pixels: DeepPixels,
  colour: NamedColour & { bits?: number | undefined },
  deadline: Deadline,
): Pixels {
  const { width, height, channels } = pixels;
  const chromaticities = chromaticitiesOf(colour.primaries);
  const toXyz = chromaticities && rgbToXyzD50(chromaticities);
  if (toXyz === null) throw new Error('The primaries of the picture are unknown.');
  const full = largestSample(colour.bits);
  const read = createReader(pixels.data, colour, full);
  const scaleOf = isHdr(colour) ? createToneScale(measurePeak(pixels, read, deadline)) : () => 1;
  const data = Buffer.allocUnsafe(width * height * channels);
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0] = multiply(
    XYZ_TO_SRGB,
    toXyz,
  );
  const rgb = new Float64Array(3);
  inBatches(pixels, deadline, (at) => {
    read(at, rgb);
    // Not destructured: an iterator for each pixel takes twenty times as long.
    const r = rgb[0] ?? 0;
    const g = rgb[1] ?? 0;
    const b = rgb[2] ?? 0;
    const red = Math.max(0, m0 * r + m1 * g + m2 * b);
    const green = Math.max(0, m3 * r + m4 * g + m5 * b);
    const blue = Math.max(0, m6 * r + m7 * g + m8 * b);
    const scale = scaleOf(Math.max(red, green, blue));
    data[at] = encode(red * scale);
    data[at + 1] = encode(green * scale);
    data[at + 2] = encode(blue * scale);
    if (channels === 4) data[at + 3] = Math.round((255 * (pixels.data[at + 3] ?? full)) / full);
  });
  return { data, width, height, frames: 1, channels };
}

function largestSample(bits = 16): number {
  return bits > 8 && bits < 16 ? (2 ** bits - 1) * 2 ** (16 - bits) : VALUES - 1;
}

/** Converts linear light to the 8-bit value of sRGB. */
function encode(light: number): number {
  return encodedTable[Math.min(STEPS, Math.round(light * STEPS))] ?? 0;
}

function inBatches({ data, channels }: DeepPixels, deadline: Deadline, visit: (at: number) => void): void {
  for (let from = 0; from < data.length; from += BATCH * channels) {
    deadline.check();
    const to = Math.min(data.length, from + BATCH * channels);
    for (let at = from; at < to; at += channels) visit(at);
  }
}

/** @param full - the largest sample */
function createReader(data: Uint16Array, { primaries, transfer }: NamedColour, full: number): ReadLight {
  const curve = curveOf(transfer);
  const table = Float32Array.from({ length: VALUES }, (_, value) => curve(Math.min(1, value / full)));
  const copy: ReadLight = (at, rgb) => {
    rgb[0] = table[data[at] ?? 0] ?? 0;
    rgb[1] = table[data[at + 1] ?? 0] ?? 0;
    rgb[2] = table[data[at + 2] ?? 0] ?? 0;
  };
  if (transfer !== HLG) return copy;
  const chromaticities = chromaticitiesOf(primaries);
  const [, , , red = 0, green = 0, blue = 0] = (chromaticities && rgbToXyz(chromaticities)) ?? [];
  // The display makes bright scenes more contrasty, all three channels alike (ITU-R BT.2100, table 5: OOTF).
  return (at, rgb) => {
    copy(at, rgb);
    const r = rgb[0] ?? 0;
    const g = rgb[1] ?? 0;
    const b = rgb[2] ?? 0;
    const luminance = red * r + green * g + blue * b;
    const factor = luminance > 0 ? (HLG_PEAK / WHITE_LIGHT) * luminance ** (HLG_SYSTEM_GAMMA - 1) : 0;
    rgb[0] = r * factor;
    rgb[1] = g * factor;
    rgb[2] = b * factor;
  };
}

function curveOf(transfer: NamedColour['transfer']): (value: number) => number {
  if (transfer === PQ) return (value) => pqToLight(value) / WHITE_LIGHT;
  if (transfer === HLG) return hlgToScene;
  const curve = transferOf(transfer);
  if (curve === null) throw new Error('The transfer of the picture is unknown.');
  return curve;
}

/** Returns the light of the brightest channel that only `BRIGHTER_SHARE` of the pixels exceed, in cd/m². */
function measurePeak(pixels: DeepPixels, read: ReadLight, deadline: Deadline): number {
  const counts = new Uint32Array(TONE_STEPS + 1);
  const rgb = new Float64Array(3);
  inBatches(pixels, deadline, (at) => {
    read(at, rgb);
    const step = Math.ceil(toneStep(Math.max(rgb[0] ?? 0, rgb[1] ?? 0, rgb[2] ?? 0)));
    counts[step] = (counts[step] ?? 0) + 1;
  });
  let left = Math.floor(pixels.width * pixels.height * BRIGHTER_SHARE);
  let step = TONE_STEPS;
  for (; step > 0 && left >= (counts[step] ?? 0); step -= 1) left -= counts[step] ?? 0;
  return toLight(step) * WHITE_LIGHT;
}

/** Creates the function that returns by how much a pixel is darkened, given its brightest channel in parts of white. */
function createToneScale(peak: number): (light: number) => number {
  const curve = createToneCurve(peak);
  const scales = Float64Array.from({ length: TONE_STEPS + 2 }, (_, step) => {
    const light = toLight(Math.max(1, step));
    return curve(light * WHITE_LIGHT) / WHITE_LIGHT / light;
  });
  return (light) => {
    const position = toneStep(light);
    const step = Math.floor(position);
    const scale = scales[step] ?? 1;
    return scale + ((scales[step + 1] ?? scale) - scale) * (position - step);
  };
}

/** @param light - in parts of white */
function toneStep(light: number): number {
  return TONE_STEPS * Math.min(1, Math.sqrt(Math.sqrt(light / LIGHT_MAX)));
}

function toLight(step: number): number {
  return LIGHT_MAX * (step / TONE_STEPS) ** 4;
}
