import sharp from 'sharp';
import { loaders } from './loaders.js';

/**
 * Sets sharp up for untrusted pictures. The settings belong to libvips and apply to the whole process.
 *
 * - Only the loaders of our formats are allowed: no SVG, PDF or ImageMagick, whatever a file claims to be. Without
 *   libultrahdr, a gain-map JPEG is read as a plain JPEG; `readGainMap` allows it for a moment.
 * - One thread a picture: several pictures at once use the cores better than several threads for one picture.
 * - No operation cache: no picture is processed twice, and the cache would keep files open after their deletion.
 */
export function setUpSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(loaders).map(({ operation }) => operation) });
  sharp.concurrency(1);
  sharp.cache(false);
}
