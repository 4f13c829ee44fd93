import type { Context } from '../context.js';
import { Deadline } from '../deadline.js';
import type { Pixels } from '../pixels.js';
import { runSteps } from '../run-steps.js';
import { colour } from '../steps/colour.js';
import { convert } from '../steps/convert.js';
import { decode } from '../steps/decode.js';
import { ladder } from '../steps/ladder.js';
import { orient } from '../steps/orient.js';
import { probe } from '../steps/probe.js';
import { profile } from '../steps/profile.js';
import { render } from '../steps/render.js';
import { verify } from '../steps/verify.js';
import { LIMITS, oneSize, type Workbench } from './workbench.js';

const STEPS = [probe, verify, profile, ladder, decode, colour, render, convert, orient];
/** Larger than every picture of a test, so that none is resized. */
const LONG_SIDE = 10_000;

/** A picture as the encoders receive it: 8 bits, sRGB, upright. */
export async function decodeExactly(bench: Workbench, file: Uint8Array): Promise<Pixels> {
  const context: Context = {
    input: await bench.put(file),
    recipe: oneSize(LONG_SIDE),
    format: 'webp',
    limits: LIMITS,
    outputFolder: bench.folder,
    deadline: new Deadline(LIMITS.timeoutMs),
  };
  await runSteps(STEPS, context, () => undefined);
  if (!context.pixels) throw new Error('No step has decoded the picture.');
  return context.pixels;
}

/** The colour of a pixel by its column and row. */
export type Formula = (x: number, y: number) => readonly number[];

/** Draws a formula: row by row, without gaps. */
export function drawFormula(width: number, height: number, formula: Formula): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => formula(x, y)),
  );
  return Buffer.from(rows.flat(2));
}

/** @returns the greatest difference of a sample from the formula; infinity for another size or number of channels */
export function worstSample({ data, width, height, channels }: Pixels, formula: Formula): number {
  const expected = drawFormula(width, height, formula);
  if (expected.length !== data.length || formula(0, 0).length !== channels) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let at = 0; at < data.length; at += 1)
    worst = Math.max(worst, Math.abs((data[at] ?? 0) - (expected[at] ?? 0)));
  return worst;
}

/** Pixels; odd, so that rows need padding. */
export const PATTERN_SIZE = { width: 37, height: 23 };
export const rgbPattern: Formula = (x, y) => [(x * 7 + y) % 256, (x * 3 + y * 5) % 256, (x * y) % 256];
export const alphaPattern = (x: number): number => (x * 6 + 20) % 256;
export const rgbaPattern: Formula = (x, y) => [...rgbPattern(x, y), alphaPattern(x)];
export const greyPattern: Formula = (x, y) => [(x * 7 + y) % 256];

/** The same patterns for Python: `rgb`, `alpha`, `rgba` and `grey` of 8 bits, and `rgb16`. */
export const PYTHON_PATTERNS = `
y, x = np.mgrid[0:23, 0:37]
rgb = np.stack([(x * 7 + y) % 256, (x * 3 + y * 5) % 256, (x * y) % 256], -1).astype(np.uint8)
alpha = ((x * 6 + 20) % 256).astype(np.uint8)
rgba = np.dstack([rgb, alpha])
grey = np.ascontiguousarray(rgb[:, :, 0])
rgb16 = rgb.astype(np.uint16) * 257
def save(image, form, **options):
    out = io.BytesIO(); image.save(out, form, **options); write(out.getvalue())
`;
