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

/** Measurements of each part; the median is used. */
const REPEATS = 5;

/**
 * The theoretical limit: the rate of the codecs and the resizer alone on one core, times the number of cores. The
 * picture is decoded once, as the engine does it (shrunk on load where the factor is a whole number), then shrunk to the
 * largest size with the engine's kernel. Each smaller size is made from the next larger one. There is no colour
 * conversion, no file access and no waiting.
 *
 * @returns pictures per second
 */
export async function limitOf({ picture, formats }: LaneJob): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const sizes = defaultRecipe.sizes.map(({ longSide }) => longSide).toSorted((a, b) => b - a);
  const isJpeg = picture.contentType === 'image/jpeg';
  const kernel = isJpeg && picture.shrinkOnLoad > 1 ? 'cubic' : 'lanczos3';
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
