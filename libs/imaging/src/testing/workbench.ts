import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultRecipe, type Recipe, sniff, type VariantFormat } from '@darkroom/contracts';
import sharp from 'sharp';
import type { EncodedVariant, ImagingEngine, ImagingLimits, PictureInput } from '../engine-types.js';
import { createImagingEngine } from '../imaging-engine.js';
import type { Rgb } from './drawings.js';

export const LIMITS: ImagingLimits = { maxPixels: 100_000_000, maxFrames: 500, timeoutMs: 30_000 };

/** A recipe of one size. */
export function oneSize(longSide: number): Recipe {
  return { name: 'test', version: 1, sizes: [{ name: 'only', longSide }] };
}

/** A variant with the bytes of its file. */
export type ReadVariant = Omit<EncodedVariant, 'path'> & { data: Buffer };

/**
 * Creates an engine and a folder for its files; `dispose` removes the folder.
 *
 * @param makeEngine - receives the folder; by default, the engine runs in this process
 */
export async function createWorkbench(
  makeEngine: (folder: string) => ImagingEngine = () => createImagingEngine(),
) {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-imaging-'));
  const engine = makeEngine(folder);
  let files = 0;
  const put = async (bytes: Uint8Array): Promise<PictureInput> => {
    files += 1;
    const path = join(folder, `original-${files}`);
    await writeFile(path, bytes);
    return { path, contentType: sniff(bytes) ?? 'image/jpeg' };
  };
  /** Options with a separate output folder. */
  const options = async (limits: Partial<ImagingLimits> = {}) => ({
    limits: { ...LIMITS, ...limits },
    outputFolder: await mkdtemp(join(folder, 'variants-')),
  });
  return {
    engine,
    folder,
    put,
    options,
    process: async (
      bytes: Uint8Array,
      recipe: Recipe = defaultRecipe,
      limits: Partial<ImagingLimits> = {},
    ) => {
      const { facts, variants } = await engine.process(await put(bytes), recipe, await options(limits));
      return { facts, variants: await readVariants(variants) };
    },
    encode: async (bytes: Uint8Array, format: VariantFormat, recipe: Recipe = defaultRecipe) =>
      readVariants(await engine.encode(await put(bytes), recipe, format, await options())),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

export type Workbench = Awaited<ReturnType<typeof createWorkbench>>;

/** Reads the files of variants, and checks their stated length. */
async function readVariants(variants: readonly EncodedVariant[]): Promise<ReadVariant[]> {
  return Promise.all(
    variants.map(async ({ path, ...variant }) => {
      const data = await readFile(path);
      if (data.length !== variant.bytes) throw new Error(`${path} has ${data.length} bytes.`);
      return { ...variant, data };
    }),
  );
}

/** Returns the only element of an array; throws when there are more or none. */
export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`Expected one item, got ${items.length}.`);
  return item;
}

/** Returns the RGBA colour of one frame of an encoded picture; `x` and `y` are fractions of the width and height. */
export async function colourAt(encoded: Buffer, x: number, y: number, frame = 0): Promise<number[]> {
  const { data, info } = await sharp(encoded, { page: frame })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = Math.floor(y * info.height) * info.width + Math.floor(x * info.width);
  return [...data.subarray(at * 4, at * 4 + 4)];
}

/** Returns the greatest difference of a channel between two colours. */
export function distance(a: readonly number[], b: Rgb | readonly number[]): number {
  return Math.max(...b.map((value, channel) => Math.abs(value - (a[channel] ?? 0))));
}

/**
 * Returns the mean difference of a channel (0 to 255) between two encoded pictures, each on white and at a quarter of
 * its size, so that the noise of lossy compression counts little against a wrong position or colour.
 */
export async function meanDifference(a: Buffer, b: Buffer): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map(async (picture) => {
      // Decode at full size first: a decoder that shrinks as it reads would add its own difference.
      const { data, info } = await sharp(picture)
        .flatten({ background: '#fff' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { width, height, channels } = info;
      return sharp(data, { raw: { width, height, channels } })
        .resize(Math.ceil(width / 4))
        .raw()
        .toBuffer();
    }),
  );
  if (!left || !right || left.length !== right.length) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += Math.abs((left[at] ?? 0) - (right[at] ?? 0));
  return sum / left.length;
}
