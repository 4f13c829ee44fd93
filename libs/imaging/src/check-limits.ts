import { PictureFault } from '@darkroom/errors';
import type { ImagingLimits } from './engine-types.js';
import type { Size } from './variant-size.js';

/** @throws PictureFault `too_many_pixels` when one frame has more than the limit */
export function checkPixels({ width, height }: Size, { maxPixels }: ImagingLimits): void {
  if (width * height <= maxPixels) return;
  throw new PictureFault(
    'too_many_pixels',
    `The picture has ${width} × ${height} = ${width * height} pixels; the limit is ${maxPixels}.`,
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
      `The animation has ${frames} frames; the limit is ${maxFrames}.`,
    );
  }
  if (width * height * frames > maxPixels) {
    throw new PictureFault(
      'too_many_frames',
      `The animation has ${frames} frames of ${width} × ${height}, ${width * height * frames} pixels in all; ` +
        `the limit is ${maxPixels}.`,
    );
  }
}
