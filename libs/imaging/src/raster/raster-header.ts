import { PictureFault } from '@darkroom/errors';
import type { Metadata } from 'sharp';
import type { RawPicture } from '../raw-tiff.js';

/** What a header states, in the terms of the file that its decoder makes of it. */
export interface RasterHeader extends RawPicture {
  icc?: Buffer | undefined;
  exif?: Buffer | undefined;
  xmp?: Buffer | undefined;
  iptc?: Buffer | undefined;
}

/**
 * Puts a header into the form that sharp has for the formats of libvips. The sides are those of the shown picture, and
 * there is no orientation: the decoder has turned it.
 *
 * @throws PictureFault `corrupt_image` for a picture without pixels
 */
export function rasterMetadata(header: RasterHeader): Metadata {
  const { width, height, channels, bits, isCmyk = false, icc, exif, xmp, iptc } = header;
  if (!(width > 0 && height > 0)) throw new PictureFault('corrupt_image');
  return {
    format: 'raw',
    width,
    height,
    autoOrient: { width, height },
    space: spaceOf(header),
    channels,
    depth: bits === 16 ? 'ushort' : 'uchar',
    isProgressive: false,
    isPalette: false,
    hasAlpha: !isCmyk && channels % 2 === 0,
    hasProfile: icc !== undefined,
    ...(icc ? { icc } : {}),
    ...(exif ? { exif } : {}),
    ...(xmp ? { xmp } : {}),
    ...(iptc ? { iptc } : {}),
  };
}

function spaceOf({ channels, bits, isCmyk = false }: RasterHeader): Metadata['space'] {
  if (isCmyk) return 'cmyk';
  if (channels < 3) return bits === 16 ? 'grey16' : 'b-w';
  return bits === 16 ? 'rgb16' : 'srgb';
}
