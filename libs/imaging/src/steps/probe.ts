import { closeSync, openSync } from 'node:fs';
import { inputFormats, type OriginalContentType, sniff, SNIFF_BYTES } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import sharp, { type Metadata } from 'sharp';
import type { Source, Step } from '../context.js';
import { readCredits } from '../exif-credits.js';
import { type ReadBytes, readFromMemory } from '../exif-ifd.js';
import { readShot } from '../exif-shot.js';
import { FileWindow } from '../complete/file-window.js';
import { checkFrames, checkMemory, checkPixels } from '../check-limits.js';
import { type HeifPicture } from '../heif/heif-picture.js';
import { P3_PRIMARIES } from '../heif/display-p3.js';
import { profileName } from '../icc/profile-name.js';
import type { Mended } from '../inspect/mended.js';
import { type Header, loaders } from '../loaders.js';
import { readAt } from '../read-at.js';
import { mergeCredits } from '../stated-credits.js';

/** Reads only the header, and refuses what exceeds the limits before any pixel is decoded. */
export const probe: Step = {
  name: 'probe',
  async run(context) {
    const { input, limits } = context;
    using file = openFile(input.path);
    const { fd } = file;
    const head = readAt(fd, 0, SNIFF_BYTES);
    const contentType = sniff(head);
    if (contentType === null) throw new PictureFault('unsupported_format');
    const mended = loaders[contentType].inspect?.(new FileWindow(fd), limits) ?? null;

    const own = loaders[contentType].readHeader;
    const header: Header = own ? await own(fd, limits, input.path) : await readHeader(input.path, mended);
    const { metadata, heif } = header;
    const frames = inputFormats[contentType].animated ? (metadata.pages ?? 1) : 1;
    checkPixels(metadata, limits);
    checkFrames(metadata, frames, limits);
    checkMemory(metadata, limits);
    const exif = exifOf(fd, contentType, metadata);
    context.source = {
      contentType,
      ...header,
      frames,
      ...uprightOf(metadata),
      credits: mergeCredits(exif ? await readCredits(exif) : {}, metadata.xmp, metadata.iptc),
      shot: exif ? await readShot(exif) : { takenAt: null, camera: null },
      colourProfile: colourProfileOf(metadata, heif),
    };
  },
};

/** Opens a file; it closes at the end of the block that uses it. */
function openFile(path: string): Disposable & { fd: number } {
  const fd = openSync(path, 'r');
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

async function readHeader(path: string, mended: Mended | null): Promise<Header> {
  // Read the header even above the pixel limit, so that the error can state the size.
  const metadata = await sharp(mended?.file ?? path, { failOn: 'error', limitInputPixels: false }).metadata();
  if (mended === null) return { metadata };
  const { file, leadingPages: page } = mended;
  if (page === 0) return { metadata, mended: file };
  const { pages = page, delay = [] } = metadata;
  return { metadata: { ...metadata, pages: pages - page, delay: delay.slice(page) }, mended: file, page };
}

function uprightOf({ width, height, orientation = 1 }: Metadata): Pick<Source, 'upright' | 'orientation'> {
  // A value outside 1 to 8 means nothing (EXIF 2.32, 4.6.4): the picture is shown as it is stored.
  const known = orientation >= 1 && orientation <= 8 ? orientation : 1;
  const isSideways = known >= 5;
  return { upright: isSideways ? { width: height, height: width } : { width, height }, orientation: known };
}

/** A TIFF file has the structure that EXIF uses; in every other format, EXIF is a separate block. */
function exifOf(fd: number, contentType: OriginalContentType, { exif }: Metadata): ReadBytes | null {
  if (contentType === 'image/tiff') return async (offset, length) => readAt(fd, offset, length);
  return exif ? readFromMemory(exif) : null;
}

/** A HEIC file can state its colours as a number; the profile is then our own. */
function colourProfileOf({ icc }: Metadata, heif?: HeifPicture): string | null {
  if (heif?.colour?.primaries === P3_PRIMARIES) return 'Display P3';
  return icc ? profileName(icc) : null;
}
