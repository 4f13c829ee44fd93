import type { Context, Step } from '../context.js';
import { Deadline } from '../deadline.js';
import type { ImagingLimits } from '../engine-types.js';
import type { Pixels } from '../pixels.js';
import { runSteps } from '../run-steps.js';
import { setUpSharp } from '../set-up-sharp.js';
import { colour } from '../steps/colour.js';
import { convert } from '../steps/convert.js';
import { decode } from '../steps/decode.js';
import { ladder } from '../steps/ladder.js';
import { probe } from '../steps/probe.js';
import { profile } from '../steps/profile.js';
import { render } from '../steps/render.js';
import { LIMITS, oneSize, type Workbench } from './workbench.js';

const STEPS: readonly Step[] = [probe, profile, ladder, decode, colour, render, convert];

/** Decodes a picture at full size to exact pixels of sRGB, before any encoder changes them. */
export async function decodedPixels(
  bench: Workbench,
  bytes: Uint8Array,
  limits: Partial<ImagingLimits> = {},
): Promise<Pixels> {
  setUpSharp();
  const context: Context = {
    input: await bench.put(bytes),
    recipe: oneSize(1_000_000),
    format: 'jpeg',
    limits: { ...LIMITS, ...limits },
    outputFolder: bench.folder,
    deadline: new Deadline(LIMITS.timeoutMs),
  };
  await runSteps(STEPS, context, () => undefined);
  if (!context.pixels) throw new Error('The picture was not decoded.');
  return context.pixels;
}

/** Returns the colour of a pixel by a formula: grey or RGB, and alpha where the picture has it. */
export type PixelFormula = (x: number, y: number) => readonly number[];

/**
 * Returns the greatest difference of a sample from a formula. One grey value stands for three equal colours.
 *
 * @returns Infinity when the picture has alpha and the formula has not, or the other way round
 */
export function greatestDifference({ data, width, height, channels }: Pixels, formula: PixelFormula): number {
  let greatest = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * channels;
      const actual = [...data.subarray(at, at + channels)];
      const rgba = actual.length <= 2 ? [actual[0], actual[0], actual[0], ...actual.slice(1)] : actual;
      const stated = formula(x, y);
      const [first = 0] = stated;
      const wanted = stated.length <= 2 ? [first, first, first, ...stated.slice(1)] : stated;
      if (wanted.length !== rgba.length) return Infinity;
      wanted.forEach((value, index) => {
        greatest = Math.max(greatest, Math.abs(value - (rgba[index] ?? 0)));
      });
    }
  }
  return greatest;
}

/** The picture of the tests with numpy, `grey` and `rgb` of 0 to 255, and `add(name, file)` for each encoded file. */
const PRELUDE = `
import json, tifffile
W, H = 60, 44
y, x = np.mgrid[0:H, 0:W]
grey = (x * 4 + y) % 256
rgb = np.stack([grey, 255 - grey, (x + y * 5) % 256], 2)
alpha = 255 - y * 3
parts = []
def add(name, data, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, np.ascontiguousarray(data), **options)
    parts.append((name, file.getvalue()))
def planes(samples): return samples.transpose(2, 0, 1)
`;
const POSTLUDE = `
head = json.dumps([(name, len(part)) for name, part in parts]).encode()
write(len(head).to_bytes(4, 'little') + head + b''.join(part for _, part in parts))
`;

/** The formulas of the picture that `drawTiffs` provides. */
export const GREY: PixelFormula = (x, y) => [(x * 4 + y) % 256];
export const RGB: PixelFormula = (x, y) => {
  const grey = (x * 4 + y) % 256;
  return [grey, 255 - grey, (x + y * 5) % 256];
};
export const ALPHA = (_x: number, y: number): number => 255 - y * 3;

/**
 * Draws TIFFs with tifffile, which is not our code, in one run of Python.
 *
 * @param draw - runs the Python script and returns its output
 * @param script - calls `add(name, data, **options)` for each file
 */
export async function drawTiffs(
  draw: (script: string) => Promise<Buffer>,
  script: string,
): Promise<Map<string, Buffer>> {
  const output = await draw(PRELUDE + script + POSTLUDE);
  const length = output.readUInt32LE(0);
  const head = JSON.parse(output.toString('utf8', 4, 4 + length)) as [name: string, bytes: number][];
  let at = 4 + length;
  return new Map(
    head.map(([name, bytes]) => {
      at += bytes;
      return [name, output.subarray(at - bytes, at)];
    }),
  );
}
