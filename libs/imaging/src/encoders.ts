import { inputFormats, type VariantFormat } from '@darkroom/contracts';
import type { Sharp } from 'sharp';
import type { Source } from './context.js';
import type { Credits } from './exif-credits.js';
import type { Size } from './variant-size.js';
import { creditsPlaceholder, writeCredits } from './write-credits.js';

/**
 * Writes pixels in one format, with the credits of the original and nothing else of its metadata.
 *
 * @param image - resized; all frames for a format that keeps them, else the first
 */
export type Encoder = (image: Sharp, size: Size, source: Source) => Promise<Buffer>;

/**
 * Up to so many pixels a JPEG gets Huffman tables of its own. They take 4 to 10 % off a 150- or 320-pixel picture in
 * less than half a millisecond, but off a 1600-pixel photograph 1 % for 13 ms of 20. A drawing gets them at any size:
 * one of large even surfaces was two thirds larger without.
 */
const OWN_HUFFMAN_MAX_PIXELS = 512 * 512;

/** The highest delay and number of loops that sharp writes. */
const SHARP_NUMBER_MAX = 65_535;

/** The encoder of every output format. */
export const encoders: Record<VariantFormat, Encoder> = {
  // Not mozjpeg: it is 15 to 21 % smaller but takes seven times as long (136 against 20 ms at 1600 pixels), and a
  // person waits for the JPEGs. Not progressive: 1.6 times as long, 2 % smaller when large and larger when small.
  jpeg: (image, { width, height }, { contentType, credits }) =>
    withCredits(
      image.flatten({ background: '#ffffff' }).jpeg({
        quality: 80,
        chromaSubsampling: '4:2:0',
        optimiseCoding: inputFormats[contentType].drawings || width * height <= OWN_HUFFMAN_MAX_PIXELS,
      }),
      credits,
    ),
  // The least quality that is at least as similar as JPEG's, and an effort after which little is gained: decision 0013.
  webp: (image, _size, { frames, metadata, credits }) =>
    withCredits(
      image.webp({
        quality: 78,
        effort: 2,
        ...(frames > 1 && metadata.loop !== undefined
          ? { loop: Math.min(metadata.loop, SHARP_NUMBER_MAX) }
          : {}),
        ...(frames > 1 && metadata.delay !== undefined ? { delay: metadata.delay.map(allowedDelay) } : {}),
      }),
      credits,
    ),
  avif: (image, _size, { credits }) =>
    withCredits(image.avif({ quality: 65, effort: 1, chromaSubsampling: '4:2:0' }), credits),
};

/** Encodes with the credits in an EXIF block, as formats have it that neither compress nor checksum the block. */
async function withCredits(image: Sharp, credits: Credits): Promise<Buffer> {
  const placeholder = creditsPlaceholder(credits);
  if (placeholder === null) return image.toBuffer();
  return writeCredits(await image.withExif({ IFD0: placeholder }).toBuffer(), credits);
}

/** Milliseconds. WebP itself can say more than a minute, sharp takes no more to write. */
const allowedDelay = (delay: number) => Math.min(SHARP_NUMBER_MAX, Math.max(0, delay));
