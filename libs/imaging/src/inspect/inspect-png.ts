import { PictureFault } from '@darkroom/errors';
import { checkPixels } from '../check-limits.js';
import type { FileWindow } from '../complete/file-window.js';
import type { ImagingLimits } from '../engine-types.js';
import { unsupported } from '../unsupported.js';

const SIGNATURE_BYTES = 8;
/** Length and type of a chunk. */
const CHUNK_HEADER_BYTES = 8;
const SIZE_BYTES = 8;

/**
 * Reads the first chunk, which must be IHDR (PNG, 5.6). libvips reports no size above its limit of 10 million a side,
 * and calls a PNG damaged that Xcode has packed for iOS: its first chunk is CgBI, its pixels are BGRA, premultiplied,
 * and compressed without a zlib header.
 *
 * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`
 */
export function inspectPng(file: FileWindow, limits: ImagingLimits): null {
  const least = SIGNATURE_BYTES + CHUNK_HEADER_BYTES + SIZE_BYTES;
  const head = file.from(0, least);
  const type = head.toString('latin1', SIGNATURE_BYTES + 4, SIGNATURE_BYTES + CHUNK_HEADER_BYTES);
  if (type === 'CgBI') throw unsupported('a PNG in Apple’s CgBI form');
  if (type !== 'IHDR' || head.length < least) throw new PictureFault('corrupt_image');
  checkPixels({ width: head.readUInt32BE(least - 8), height: head.readUInt32BE(least - 4) }, limits);
  return null;
}
