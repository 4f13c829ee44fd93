import { drawWithPython } from '@darkroom/testing';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { Rgb } from './drawings.js';
import { oneSize, only, type Workbench } from './workbench.js';

/** What a picture must look like. The differences are of a channel, 0 to 255, in a JPEG of quality 80. */
export interface Expected {
  width: number;
  height: number;
  /** Colour of a pixel on white; null where the loss of JPEG at an edge is too large to compare. */
  at: (x: number, y: number) => Rgb | null;
  /** Mean difference. */
  mean?: number;
  /** Largest difference. */
  most?: number;
}

/** Draws several files with one run of Python: the script calls `file(name, data)`. */
export async function drawFiles(script: string): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await drawWithPython(`import struct
def file(name, data): write(struct.pack('<II', len(name), len(data)) + name.encode() + bytes(data))
${script}`);
  const files = new Map<string, Buffer>();
  for (let at = 0; at < archive.length;) {
    const [nameLength, length] = [archive.readUInt32LE(at), archive.readUInt32LE(at + 4)];
    const nameEnd = at + 8 + nameLength;
    files.set(archive.toString('utf8', at + 8, nameEnd), archive.subarray(nameEnd, nameEnd + length));
    at = nameEnd + length;
  }
  return files;
}

/** @throws Error when the script has not drawn it */
export function fileOf(files: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const found = files.get(name);
  if (found === undefined) throw new Error(`The script has not drawn ${name}.`);
  return found;
}

/** Processes a picture at its own size, and compares the pixels of its JPEG. */
export async function expectShown(bench: Workbench, original: Buffer, expected: Expected): Promise<void> {
  const { width, height, at, mean = 3, most = 16 } = expected;
  const { facts, variants } = await bench.process(original, oneSize(Math.max(width, height)));
  expect(facts).toMatchObject({ width, height });
  const { data, info } = await sharp(only(variants).data)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height });
  const differences: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = at(pixel % width, Math.floor(pixel / width));
    colour?.forEach((value, channel) => {
      differences.push(Math.abs(value - (data[pixel * info.channels + channel] ?? 0)));
    });
  }
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  expect(total / differences.length).toBeLessThan(mean);
  expect(differences.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(most);
}

/** The same, or a refusal with a sentence that names the picture. */
export async function expectShownOrUnsupported(
  bench: Workbench,
  original: Buffer,
  expected: Expected,
): Promise<void> {
  const refusal = await bench.process(original, oneSize(32)).then(
    () => null,
    (error: unknown) => error,
  );
  if (refusal === null) await expectShown(bench, original, expected);
  else
    expect(refusal).toMatchObject({
      code: 'unsupported_format',
      message: expect.stringMatching(/^This picture is .*\. Convert /),
    });
}

/** Names the drawing in `PRELUDE` in Python, and its formula here. */
const [WIDTH, HEIGHT] = [96, 64];
const grey = (value: number): Rgb => [value, value, value];
const acrossRamp = (x: number): number => (x * 255) / (WIDTH - 1);
const downRamp = (y: number): number => (y * 255) / (HEIGHT - 1);

/** A grey ramp from black to white. */
export const RAMP: Expected = { width: WIDTH, height: HEIGHT, at: (x) => grey(acrossRamp(x)), most: 8 };
/** Red rises to the right, green to the left, blue downwards. */
export const COLOURS: Expected = {
  width: WIDTH,
  height: HEIGHT,
  at: (x, y) => [acrossRamp(x), 255 - acrossRamp(x), downRamp(y)],
};
/** Four quarters, compared away from their edges. */
export const QUADRANTS: readonly [Rgb, Rgb, Rgb, Rgb] = [
  [200, 40, 40],
  [40, 160, 60],
  [40, 60, 200],
  [230, 225, 200],
];
const [QUADRANTS_WIDTH, QUADRANTS_HEIGHT] = [240, 160];
const EDGE = 16;

/** @param most - largest difference: 10 for files that store the colours exactly, more for lossy ones */
export function quadrants(colours: readonly [Rgb, Rgb, Rgb, Rgb] = QUADRANTS, most = 10): Expected {
  return {
    width: QUADRANTS_WIDTH,
    height: QUADRANTS_HEIGHT,
    at: (x, y) => {
      const [fromMiddle, fromCentre] = [
        Math.abs(x - QUADRANTS_WIDTH / 2),
        Math.abs(y - QUADRANTS_HEIGHT / 2),
      ];
      if (fromMiddle < EDGE || fromCentre < EDGE) return null;
      return colours[(y < QUADRANTS_HEIGHT / 2 ? 0 : 2) + (x < QUADRANTS_WIDTH / 2 ? 0 : 1)] ?? null;
    },
    mean: most,
    most,
  };
}

/** Pixels that the script has written beside its picture, as RGB. */
export function pixelsOf(rgb: Buffer, width: number, height: number): Expected {
  return {
    width,
    height,
    at: (x, y) => {
      const from = (y * width + x) * 3;
      return [rgb[from] ?? 0, rgb[from + 1] ?? 0, rgb[from + 2] ?? 0];
    },
  };
}

/** The drawings of the formulas above. */
export const DRAWINGS = `
W, H = ${WIDTH}, ${HEIGHT}
ramp = np.tile(np.linspace(0, 255, W), (H, 1))
rgb = np.stack([ramp, ramp[::-1, ::-1], np.tile(np.linspace(0, 255, H)[:, None], (1, W))], 2)
rgb8 = np.round(rgb).astype('uint8')
def quarter(colours):
    colours = np.array(colours)
    cells = colours.reshape((2, 2) + colours.shape[1:])
    return cells.repeat(${QUADRANTS_HEIGHT / 2}, 0).repeat(${QUADRANTS_WIDTH / 2}, 1)
quadrants = quarter(${JSON.stringify(QUADRANTS)}).astype('uint8')
greys = quarter([88, 113, 70, 224])
def linear(v): return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
def encoded(v): return np.where(v <= 0.0031308, v * 12.92, 1.055 * np.clip(v, 0, None) ** (1 / 2.4) - 0.055)
# CSS Color 4, 18: linear sRGB to XYZ, XYZ to linear Display P3.
srgb_to_p3 = np.array([[0.8224619687, 0.1775380313, 0], [0.0331941989, 0.9668058011, 0], [0.0170826307, 0.0723974407, 0.9105199286]])
p3 = np.round(encoded(linear(quadrants / 255) @ srgb_to_p3.T) * 255).astype('uint8')
`;

/** The greys of `greys`. */
export const GREYS: readonly [Rgb, Rgb, Rgb, Rgb] = [grey(88), grey(113), grey(70), grey(224)];

/** sRGB, IEC 61966-2-1: what a linear value from 0 to 1 looks like. */
export const encodeSrgb = (value: number): number =>
  255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
