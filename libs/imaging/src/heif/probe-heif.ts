import type { Metadata } from 'sharp';
import { formatPixels, PictureFault } from '@darkroom/errors';
import { checkPixels } from '../check-limits.js';
import type { ImagingLimits } from '../engine-types.js';
import { isHdr, type NamedColour } from '../named-colour.js';
import { readAt } from '../read-at.js';
import type { Extent } from './heif-meta.js';
import { type HeifPicture, readHeifPicture } from './heif-picture.js';

/** More than any camera writes of EXIF, which also contains a thumbnail, or of XMP. */
const BLOCK_MAX_BYTES = 2 ** 20;
/** The tiles of a grid extend beyond its right and lower edge, and alpha has as many pixels as the picture. */
const CODED_PIXELS_FACTOR = 4;
const CODED_PIXELS_LIMIT_MIN = 2 ** 22;

interface HeifHeader {
  metadata: Metadata;
  heif: HeifPicture;
  colour?: NamedColour;
}

/**
 * Reads the header of a HEIC file; see `probe`.
 *
 * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`
 */
export async function probeHeic(fd: number, limits: ImagingLimits): Promise<HeifHeader> {
  const heif = readHeifPicture(fd, 'HEIC');
  // Eight bits would show the shadows of HDR in bands; every other HEIC is decoded to 8 bits.
  const isDeep = heif.colour !== null && isHdr(heif.colour);
  return probe(fd, isDeep ? heif : { ...heif, bits: 8 }, limits);
}

/**
 * Reads the header of an AVIF file; see `probe`.
 *
 * @throws as `probeHeic` does
 */
export async function probeAvif(fd: number, limits: ImagingLimits): Promise<HeifHeader> {
  return probe(fd, readHeifPicture(fd, 'AVIF'), limits);
}

/**
 * Converts the header of a HEIF file into the metadata that sharp returns for other formats. The size is upright and
 * there is no orientation: libheif rotates the picture by the item's properties, and EXIF's tag only repeats them.
 *
 * @param fd - an open file; stays open
 */
function probe(fd: number, heif: HeifPicture, limits: ImagingLimits): HeifHeader {
  const { whole, shown } = heif.transformed;
  // A decoder produces all pixels, also those beyond the clean aperture.
  checkPixels(whole, limits);
  const most = Math.max(CODED_PIXELS_LIMIT_MIN, limits.maxPixels) * CODED_PIXELS_FACTOR;
  if (heif.codedPixels > most) {
    const [pixels, limit] = formatPixels(heif.codedPixels, most);
    throw new PictureFault(
      'too_many_pixels',
      `The tiles of this picture have ${pixels} in total. The limit is ${limit}.`,
    );
  }
  const exif = heif.exif && withoutPrefix(readExtents(fd, heif.exif));
  const xmp = heif.xmp && readExtents(fd, heif.xmp);
  const metadata: Metadata = {
    format: 'heif',
    width: shown.width,
    height: shown.height,
    autoOrient: { width: shown.width, height: shown.height },
    space: heif.bits > 8 ? 'rgb16' : 'srgb',
    channels: heif.hasAlpha ? 4 : 3,
    depth: heif.bits > 8 ? 'ushort' : 'uchar',
    isProgressive: false,
    isPalette: false,
    hasAlpha: heif.hasAlpha,
    hasProfile: heif.icc !== null,
    ...(heif.icc ? { icc: heif.icc } : {}),
    ...(exif ? { exif } : {}),
    ...(xmp ? { xmp } : {}),
  };
  return { metadata, heif, ...(heif.colour ? { colour: heif.colour } : {}) };
}

function readExtents(fd: number, extents: readonly Extent[]): Buffer {
  let left = BLOCK_MAX_BYTES;
  const parts: Buffer[] = [];
  for (const { offset, length } of extents) {
    const part = readAt(fd, offset, Math.min(length, left));
    parts.push(part);
    left -= part.length;
  }
  return Buffer.concat(parts);
}

/** An EXIF block begins with the number of bytes before its TIFF header (ISO/IEC 23008-12, A.2.1). */
function withoutPrefix(block: Buffer): Buffer | null {
  return block.length < 4 ? null : block.subarray(4 + block.readUInt32BE(0));
}
