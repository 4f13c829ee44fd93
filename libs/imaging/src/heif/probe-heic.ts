import type { Metadata } from 'sharp';
import { formatPixels, PictureFault } from '@darkroom/errors';
import { checkPixels } from '../check-limits.js';
import type { ImagingLimits } from '../engine-types.js';
import { readAt } from '../read-at.js';
import { displayP3, P3_PRIMARIES } from './display-p3.js';
import type { Extent } from './heif-meta.js';
import { type HeifPicture, readHeifPicture } from './heif-picture.js';

/** More than any camera writes; the block also contains a thumbnail. */
const EXIF_MAX_BYTES = 2 ** 20;
/** The tiles of a grid extend beyond its right and lower edge, and alpha has as many pixels as the picture. */
const CODED_PIXELS_FACTOR = 4;
const CODED_PIXELS_LIMIT_MIN = 2 ** 22;

/**
 * Reads the header of a HEIC file into the metadata that sharp returns for other formats. The size is upright and there
 * is no orientation: libheif rotates the picture by the item's properties, and EXIF's tag only repeats them.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`
 */
export async function probeHeic(
  fd: number,
  limits: ImagingLimits,
): Promise<{ metadata: Metadata; heif: HeifPicture }> {
  const heif = readHeifPicture(fd);
  checkPixels(heif.upright, limits);
  const most = Math.max(CODED_PIXELS_LIMIT_MIN, limits.maxPixels) * CODED_PIXELS_FACTOR;
  if (heif.codedPixels > most) {
    const [pixels, limit] = formatPixels(heif.codedPixels, most);
    throw new PictureFault(
      'too_many_pixels',
      `The tiles of this picture have ${pixels} in total. The limit is ${limit}.`,
    );
  }
  if (heif.icc === null && heif.primaries === P3_PRIMARIES) heif.icc = await displayP3();
  const exif = heif.exif && readExif(fd, heif.exif);
  const metadata: Metadata = {
    format: 'heif',
    ...heif.upright,
    autoOrient: heif.upright,
    space: 'srgb',
    channels: heif.hasAlpha ? 4 : 3,
    depth: 'uchar',
    isProgressive: false,
    isPalette: false,
    hasAlpha: heif.hasAlpha,
    hasProfile: heif.icc !== null,
    ...(heif.icc ? { icc: heif.icc } : {}),
    ...(exif ? { exif } : {}),
  };
  return { metadata, heif };
}

/** The block begins with the number of bytes before its TIFF header (ISO/IEC 23008-12, A.2.1). */
function readExif(fd: number, extents: readonly Extent[]): Buffer | null {
  let left = EXIF_MAX_BYTES;
  const parts: Buffer[] = [];
  for (const { offset, length } of extents) {
    const part = readAt(fd, offset, Math.min(length, left));
    parts.push(part);
    left -= part.length;
  }
  const block = Buffer.concat(parts);
  return block.length < 4 ? null : block.subarray(4 + block.readUInt32BE(0));
}
