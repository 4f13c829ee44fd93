import sharp from 'sharp';
import { loaders } from './loaders.js';

/**
 * Sets sharp up for untrusted pictures. The settings are libvips' own and hold for the whole process.
 *
 * - No loader but those of our formats: no SVG, PDF or ImageMagick, whatever a file claims to be. Without libultrahdr
 *   a gain-map JPEG is read as the plain JPEG that it also is, and the gain map is never looked at.
 * - One thread a picture: several pictures at once use the cores better than several threads on one.
 * - No operation cache: no picture is processed twice, and the cache would hold files open that are being deleted.
 */
export function setUpSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(loaders).map(({ operation }) => operation) });
  sharp.concurrency(1);
  sharp.cache(false);
}
