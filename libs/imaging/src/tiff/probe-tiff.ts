import sharp, { type Metadata } from 'sharp';
import { bitsOfResult, type ColourModel, type OwnTiff, type PagePlan, planPage } from './plan-page.js';
import { readBytes, readOne } from './tiff-directory.js';
import { findPicture, TAG, type TiffPicture } from './tiff-page.js';

/** More than any profile or packet of metadata. */
const METADATA_MAX_BYTES = 2 ** 24;

const SPACES: Readonly<Record<ColourModel, Metadata['space']>> = {
  grey: 'b-w',
  rgb: 'srgb',
  palette: 'srgb',
  cmyk: 'cmyk',
  lab: 'srgb',
  ycbcr: 'srgb',
};

/**
 * Reads the header of a TIFF, of the page to show.
 *
 * @param fd - an open file; stays open
 * @param path - of the same file, for libvips
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export async function probeTiff(
  fd: number,
  path: string,
): Promise<{ metadata: Metadata; tiff?: OwnTiff; page?: number }> {
  const picture = findPicture(fd);
  const plan = picture && planPage(picture.page);
  if (picture && plan) return { metadata: describePicture(picture, plan), tiff: { picture, plan } };
  const page = picture?.page.index ?? 0;
  // Read the header even above the pixel limit, so that the error can state the size.
  const metadata = await sharp(path, { failOn: 'error', limitInputPixels: false, page }).metadata();
  return page === 0 ? { metadata } : { metadata, page };
}

/** Describes the result of the own decoder as sharp describes the header of other files. */
function describePicture({ file, page }: TiffPicture, plan: PagePlan): Metadata {
  const { model, alpha } = plan;
  const part = (tag: number) => readBytes(file, page.directory, tag, METADATA_MAX_BYTES);
  // CIELab and YCbCr become sRGB: a profile of theirs does not fit.
  const icc = model === 'lab' ? Buffer.alloc(0) : part(TAG.icc);
  const [xmp, iptc] = [part(TAG.xmp), part(TAG.iptc)];
  const isDeep = bitsOfResult(plan, icc.length > 0) === 16;
  const hasAlpha = alpha !== null && model !== 'cmyk';
  const colours = model === 'grey' ? 1 : 3;
  const channels = model === 'cmyk' ? 4 : hasAlpha ? ((colours + 1) as 2 | 4) : colours;
  const { width, height } = page;
  const orientation = readOne(file, page.directory, TAG.orientation);
  return {
    format: 'tiff',
    width,
    height,
    autoOrient: { width, height },
    space: isDeep ? 'rgb16' : SPACES[model],
    channels: channels,
    depth: isDeep ? 'ushort' : 'uchar',
    isProgressive: false,
    isPalette: false,
    hasAlpha,
    hasProfile: icc.length > 0,
    ...(icc.length > 0 ? { icc } : {}),
    ...(xmp.length > 0 ? { xmp } : {}),
    ...(iptc.length > 0 ? { iptc } : {}),
    ...(orientation === undefined ? {} : { orientation }),
  };
}
