import { PictureFault } from '@darkroom/errors';
import type { Metadata } from 'sharp';
import type { ImagingLimits } from './engine-types.js';
import type { Size } from './variant-size.js';

/** @throws PictureFault `too_many_pixels` when one frame has more than the limit */
export function checkPixels({ width, height }: Size, { maxPixels }: ImagingLimits): void {
  if (width * height <= maxPixels) return;
  throw new PictureFault(
    'too_many_pixels',
    `The picture has ${width} × ${height} = ${width * height} pixels; the limit is ${maxPixels}. Scale it down.`,
  );
}

/** @throws PictureFault `too_many_frames` when there are more than the limit, or their pixels together are */
export function checkFrames(
  { width, height }: Size,
  frames: number,
  { maxFrames, maxPixels }: ImagingLimits,
): void {
  if (frames > maxFrames) {
    throw new PictureFault(
      'too_many_frames',
      `The animation has ${frames} frames; the limit is ${maxFrames}. Shorten it.`,
    );
  }
  if (width * height * frames > maxPixels) {
    throw new PictureFault(
      'too_many_frames',
      `The animation has ${frames} frames of ${width} × ${height}, ${width * height * frames} pixels in all; ` +
        `the limit is ${maxPixels}. Shorten it, or scale it down.`,
    );
  }
}

/** Of a decoder process that has nothing in hand but a few rows of pixels. */
const OWN_BYTES = 96 * 2 ** 20;
/** libjpeg keeps a coefficient as 16 bits. */
const COEFFICIENT_BYTES = 2;

/**
 * Refuses a picture whose decoder has to hold all of it at once, and would pass the limit on memory by that alone: the
 * passes of an interlaced PNG, the scans of a progressive JPEG.
 *
 * @throws PictureFault `out_of_memory`
 */
export function checkMemory(metadata: Metadata, { memoryBytes }: ImagingLimits): void {
  if (memoryBytes === undefined || !metadata.isProgressive) return;
  const bytes = metadata.width * metadata.height * bytesHeldPerPixel(metadata);
  if (bytes + OWN_BYTES <= memoryBytes) return;
  const [needed, limit] = [bytes, memoryBytes].map((amount) => Math.round(amount / 2 ** 20));
  throw new PictureFault(
    'out_of_memory',
    `The picture is ${metadata.format === 'png' ? 'interlaced' : 'progressive'} and needs ${needed} MiB of memory at once; ` +
      `the limit for all is ${limit} MiB. Scale it down, or save it otherwise.`,
  );
}

function bytesHeldPerPixel({ format, channels, depth, chromaSubsampling }: Metadata): number {
  if (format === 'png') return channels * (depth === 'ushort' ? 2 : 1);
  // With halved colour, three channels are half as many coefficients again as one.
  return COEFFICIENT_BYTES * (chromaSubsampling?.startsWith('4:2:0') ? channels / 2 : channels);
}
