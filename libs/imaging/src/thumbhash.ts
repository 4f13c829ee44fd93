import { rgbaToThumbHash } from 'thumbhash';

/**
 * Pixels. ThumbHash accepts up to 100 and keeps at most seven waves a side: more pixels cost time and change nothing.
 */
export const THUMBHASH_SIDE = 64;

/** Returns the base64 ThumbHash of pixels with alpha, at most 100 a side. */
export function thumbhash(width: number, height: number, rgba: Uint8Array): string {
  return Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
}
