import { closeSync, openSync } from 'node:fs';
import { inputFormats, type OriginalContentType, sniff, SNIFF_BYTES } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import sharp, { type Metadata } from 'sharp';
import type { Source, Step } from '../context.js';
import { readCredits } from '../exif-credits.js';
import { type ReadBytes, readFromMemory } from '../exif-ifd.js';
import { readShot, type Shot } from '../exif-shot.js';
import { FileWindow } from '../complete/file-window.js';
import { checkFrames, checkMemory, checkPixels } from '../check-limits.js';
import { colourName } from '../colour/colour-name.js';
import { isKnownColour } from '../colour/named-profile.js';
import { profileName } from '../icc/profile-name.js';
import { usableProfile } from '../icc/usable-profile.js';
import type { Mended } from '../inspect/mended.js';
import type { Header } from '../loader.js';
import { loaders } from '../loaders.js';
import { readAt } from '../read-at.js';
import { mergeCredits } from '../stated-credits.js';
import { longestSide, type Size } from '../variant-size.js';

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
    const header: Header = own
      ? await own(fd, limits, input.path, longestSide(context.recipe))
      : await readHeader(input.path, mended);
    const { metadata } = header;
    const frames = inputFormats[contentType].animated ? (metadata.pages ?? 1) : 1;
    checkPixels(metadata, limits);
    checkFrames(metadata, frames, limits);
    checkMemory(metadata, limits);
    const exif = exifOf(fd, contentType, metadata);
    context.source = {
      contentType,
      ...withoutColour(header),
      frames,
      ...uprightOf({ ...metadata, orientation: context.wrapper?.orientation ?? metadata.orientation }),
      credits: {
        ...mergeCredits(exif ? await readCredits(exif) : {}, metadata.xmp, metadata.iptc),
        ...context.wrapper?.credits,
      },
      shot: mergeShots(context.wrapper?.shot, exif ? await readShot(exif) : undefined),
      ...coloursOf(fd, contentType, header),
    };
  },
};

/** A size before it is turned upright. */
type Stored = Size & { orientation?: number | undefined };

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

/** @param wrapper - what the file around the picture says, which comes first */
function mergeShots(wrapper?: Shot, own?: Shot): Shot {
  return {
    takenAt: wrapper?.takenAt ?? own?.takenAt ?? null,
    camera: wrapper?.camera ?? own?.camera ?? null,
  };
}

function uprightOf({ width, height, orientation = 1 }: Stored): Pick<Source, 'upright' | 'orientation'> {
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

/** The colours that a header names decide only without a profile. */
function withoutColour({ colour: _colour, ...header }: Header): Omit<Header, 'colour'> {
  return header;
}

/** Finds what decides the colours: the profile, a name, or nothing, which means sRGB. */
function coloursOf(
  fd: number,
  contentType: OriginalContentType,
  { metadata, colour: stated }: Header,
): Pick<Source, 'icc' | 'colour' | 'colourProfile'> {
  const icc = usableProfile(metadata);
  const { colour, overProfile } = loaders[contentType].readColour?.(fd) ?? {
    colour: stated && isKnownColour(stated) ? stated : null,
    overProfile: false,
  };
  if (colour !== null && (icc === null || overProfile)) {
    return { colour, colourProfile: colourName(colour) };
  }
  return icc === null ? { colourProfile: null } : { icc, colourProfile: profileName(icc) };
}
