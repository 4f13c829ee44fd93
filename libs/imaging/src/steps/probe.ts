import { type FileHandle, open } from 'node:fs/promises';
import type { OriginalContentType } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import sharp, { type Metadata } from 'sharp';
import type { Source, Step } from '../context.js';
import { type Credits, readCredits, readFromMemory } from '../exif-credits.js';
import type { ImagingLimits } from '../engine-types.js';
import { sniff, SNIFF_BYTES } from '../sniff.js';
import type { Size } from '../variant-size.js';

/** Formats whose pages are the frames of an animation. The pages of a TIFF or HEIF are pictures of their own. */
const ANIMATED = new Set<OriginalContentType>(['image/gif', 'image/webp']);

/** Reads the header alone, and refuses what the limits do not allow before a pixel is decoded. */
export const probe: Step = {
  name: 'probe',
  async run(context) {
    const { input, limits } = context;
    await using file = await open(input.path);
    const head = await readAt(file, 0, SNIFF_BYTES);
    const contentType = sniff(head);
    if (contentType === null) throw new PictureFault('unsupported_format');
    if (contentType === 'image/png') checkPixels(pngSize(head), limits);

    // The header tells even of more pixels than the limit, so that the message can.
    const metadata = await sharp(input.path, { failOn: 'error', limitInputPixels: false }).metadata();
    if (metadata.compression === 'hevc') throw new PictureFault('unsupported_format');
    const frames = ANIMATED.has(contentType) ? (metadata.pages ?? 1) : 1;
    checkPixels(metadata, limits);
    checkFrames(metadata, frames, limits);
    context.source = {
      contentType,
      metadata,
      frames,
      ...uprightOf(metadata),
      credits: await creditsOf(file, contentType, metadata),
    };
  },
};

function uprightOf({ width, height, orientation = 1 }: Metadata): Pick<Source, 'upright' | 'orientation'> {
  // A tag outside 1 to 8 means nothing (EXIF 2.32, 4.6.4): the picture stands as it is stored.
  const known = orientation >= 1 && orientation <= 8 ? orientation : 1;
  const lying = known >= 5;
  return { upright: lying ? { width: height, height: width } : { width, height }, orientation: known };
}

function checkPixels({ width, height }: Size, { maxPixels }: ImagingLimits): void {
  if (width * height <= maxPixels) return;
  throw new PictureFault(
    'too_many_pixels',
    `The picture has ${width} × ${height} = ${width * height} pixels; the limit is ${maxPixels}.`,
  );
}

function checkFrames({ width, height }: Size, frames: number, { maxFrames, maxPixels }: ImagingLimits): void {
  if (frames > maxFrames) {
    throw new PictureFault(
      'too_many_frames',
      `The animation has ${frames} frames; the limit is ${maxFrames}.`,
    );
  }
  if (width * height * frames > maxPixels) {
    throw new PictureFault(
      'too_many_frames',
      `The animation has ${frames} frames of ${width} × ${height}, ${width * height * frames} pixels in all; ` +
        `the limit is ${maxPixels}.`,
    );
  }
}

/** From IHDR, which stands first in every PNG. libvips tells no size above its own ceiling of 10 million a side. */
function pngSize(head: Buffer): Size {
  if (head.length < 24) return { width: 0, height: 0 };
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

/** A TIFF file is itself the structure that EXIF borrows; in every other format EXIF is a block of its own. */
async function creditsOf(
  file: FileHandle,
  contentType: OriginalContentType,
  { exif }: Metadata,
): Promise<Credits> {
  if (contentType === 'image/tiff') return readCredits((offset, length) => readAt(file, offset, length));
  return exif ? readCredits(readFromMemory(exif)) : {};
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
