import { availableParallelism } from 'node:os';
import { defaultRecipe, type VariantFormat } from '@darkroom/contracts';
import sharp, { type Channels, type Sharp } from 'sharp';
import type { LaneJob } from './lane.js';

interface Raster {
  data: Buffer;
  width: number;
  height: number;
  channels: Channels;
}

/** Each part is timed this often; its median counts. */
const REPEATS = 5;

/**
 * The sum of the parts: what the codecs and the resizer alone need for one picture, on one core, times the cores. The
 * picture is decoded once as the engine does it (shrunk on load where it divides evenly), shrunk to the largest size by
 * the engine's own kernel, and each smaller size made from the next larger one. No colour is converted, nothing is read or written, nobody waits for anybody.
 *
 * @returns pictures a second
 */
export async function limitOf({ picture, formats }: LaneJob): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const sizes = defaultRecipe.sizes.map(({ longSide }) => longSide).toSorted((a, b) => b - a);
  const isJpeg = picture.contentType === 'image/jpeg';
  const kernel = isJpeg ? 'cubic' : 'lanczos3';
  let milliseconds = 0;
  const timed = async (work: () => Promise<Raster>): Promise<Raster> => {
    const { result, median } = await repeat(work);
    milliseconds += median;
    return result;
  };
  let larger = await timed(() =>
    raster(
      fit(
        sharp(
          isJpeg && picture.shrinkOnLoad > 1
            ? `${picture.path}[shrink=${picture.shrinkOnLoad}]`
            : picture.path,
          { ignoreIcc: true },
        ),
        sizes[0] ?? 0,
        kernel,
      ),
    ),
  );
  const rasters = [larger];
  for (const size of sizes.slice(1)) {
    const from = larger;
    larger = await timed(() => raster(fit(open(from), size)));
    rasters.push(larger);
  }
  for (const format of formats) {
    for (const pixels of rasters) milliseconds += (await repeat(() => encode(pixels, format))).median;
  }
  return (1000 / milliseconds) * availableParallelism();
}

function fit(image: Sharp, longSide: number, kernel: 'cubic' | 'lanczos3' = 'lanczos3'): Sharp {
  return image.resize({ width: longSide, height: longSide, fit: 'inside', kernel });
}

async function raster(image: Sharp): Promise<Raster> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

function open({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

function encode(pixels: Raster, format: VariantFormat): Promise<Buffer> {
  const image = open(pixels);
  if (format === 'webp') return image.webp({ quality: 78, effort: 2 }).toBuffer();
  if (format === 'avif') return image.avif({ quality: 65, effort: 1, chromaSubsampling: '4:2:0' }).toBuffer();
  const flat = pixels.channels === 4 ? image.flatten({ background: '#ffffff' }) : image;
  return flat.jpeg({ quality: 80, optimiseCoding: false }).toBuffer();
}

async function repeat<T>(work: () => Promise<T>): Promise<{ result: T; median: number }> {
  const times: number[] = [];
  let result = await work();
  for (let index = 0; index < REPEATS; index += 1) {
    const began = performance.now();
    result = await work();
    times.push(performance.now() - began);
  }
  return { result, median: times.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? 0 };
}
