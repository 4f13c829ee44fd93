import { rgbaToThumbHash } from 'thumbhash';

/** Pixels. ThumbHash takes up to 100 and keeps seven waves a side at most: more pixels cost time and change nothing. */
export const THUMBHASH_SIDE = 64;

/** Returns the ThumbHash in base64 of pixels with alpha, at most 100 a side. */
export function thumbhash(width: number, height: number, rgba: Uint8Array): string {
  return Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
}
