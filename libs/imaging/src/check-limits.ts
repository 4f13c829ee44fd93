import { formatBytes, formatNumber, formatPixels, PictureFault } from '@darkroom/errors';
import type { Metadata } from 'sharp';
import type { ImagingLimits } from './engine-types.js';
import type { Size } from './variant-size.js';

/** @throws PictureFault `too_many_pixels` when one frame has more pixels than the limit */
export function checkPixels({ width, height }: Size, { maxPixels }: ImagingLimits): void {
  if (width * height <= maxPixels) return;
  const [pixels, limit] = formatPixels(width * height, maxPixels);
  throw new PictureFault(
    'too_many_pixels',
    `This picture is ${formatSize({ width, height })} pixels (${pixels}). The limit is ${limit}.`,
  );
}

/**
 * @throws PictureFault `too_many_frames` when there are more frames than the limit, or more pixels in all frames
 *   together
 */
export function checkFrames(
  { width, height }: Size,
  frames: number,
  { maxFrames, maxPixels }: ImagingLimits,
): void {
  if (frames > maxFrames) {
    throw new PictureFault(
      'too_many_frames',
      `This animation has ${formatNumber(frames)} frames. The limit is ${formatNumber(maxFrames)}.`,
    );
  }
  if (width * height * frames > maxPixels) {
    const [pixels, limit] = formatPixels(width * height * frames, maxPixels);
    throw new PictureFault(
      'too_many_frames',
      `This animation has ${formatNumber(frames)} frames of ${formatSize({ width, height })} pixels, ` +
        `${pixels} in total. The limit is ${limit}.`,
    );
  }
}

/** Memory of a decoder process that holds only a few rows of pixels. */
const BASE_BYTES = 96 * 2 ** 20;
/** libjpeg stores a coefficient in 16 bits. */
const COEFFICIENT_BYTES = 2;

/**
 * Refuses a picture whose decoder must hold all of it at once, if that alone would exceed the memory limit: the passes
 * of an interlaced PNG, the scans of a progressive JPEG.
 *
 * @throws PictureFault `out_of_memory`
 */
export function checkMemory(metadata: Metadata, { memoryBytes }: ImagingLimits): void {
  if (memoryBytes === undefined || !metadata.isProgressive) return;
  const bytes = metadata.width * metadata.height * bufferedBytesPerPixel(metadata);
  if (bytes + BASE_BYTES <= memoryBytes) return;
  const encoding = metadata.format === 'png' ? 'interlacing' : 'progressive encoding';
  throw new PictureFault(
    'out_of_memory',
    `With its ${encoding}, this picture needs ${formatBytes(bytes + BASE_BYTES)} of memory. ` +
      `The limit is ${formatBytes(memoryBytes)}. Save it without ${encoding}, or scale it down.`,
  );
}

function formatSize({ width, height }: Size): string {
  return `${formatNumber(width)} × ${formatNumber(height)}`;
}

function bufferedBytesPerPixel({ format, channels, depth, chromaSubsampling }: Metadata): number {
  if (format === 'png') return channels * (depth === 'ushort' ? 2 : 1);
  // With 4:2:0 subsampling, three channels have 1.5 times as many coefficients as one channel.
  return COEFFICIENT_BYTES * (chromaSubsampling?.startsWith('4:2:0') ? channels / 2 : channels);
}
