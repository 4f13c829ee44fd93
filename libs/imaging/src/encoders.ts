import { inputFormats, type VariantFormat } from '@darkroom/contracts';
import type { Sharp } from 'sharp';
import type { Source } from './context.js';
import type { Credits } from './exif-credits.js';
import type { Size } from './variant-size.js';
import { markUncovered } from './webp-canvas.js';
import { creditsPlaceholder, writeCredits } from './write-credits.js';

/**
 * Encodes pixels in one format, with the credits of the original and no other metadata.
 *
 * @param image - resized; all frames for an animated format, otherwise the first frame
 */
export type Encoder = (image: Sharp, size: Size, source: Source) => Promise<Buffer>;

/**
 * A JPEG up to this many pixels gets optimised Huffman tables. They make a 150- or 320-pixel picture 4 to 10 % smaller
 * in less than half a millisecond, but a 1600-pixel photograph only 1 % smaller, for 13 ms of 20. A drawing gets them
 * at any size: a drawing of large even areas was two thirds larger without them.
 */
const OPTIMISED_HUFFMAN_MAX_PIXELS = 512 * 512;

/** The highest delay and loop count that sharp can write. */
const SHARP_NUMBER_MAX = 65_535;

/** The encoder of every output format. */
export const encoders: Record<VariantFormat, Encoder> = {
  // Not mozjpeg: it is 15 to 21 % smaller but takes seven times as long (136 against 20 ms at 1600 pixels), and a
  // person waits for the JPEGs. Not progressive: it takes 1.6 times as long, and is 2 % smaller for large pictures but
  // larger for small ones.
  jpeg: (image, { width, height }, { contentType, credits }) =>
    withCredits(
      image.flatten({ background: '#ffffff' }).jpeg({
        quality: 80,
        chromaSubsampling: '4:2:0',
        optimiseCoding: inputFormats[contentType].drawings || width * height <= OPTIMISED_HUFFMAN_MAX_PIXELS,
      }),
      credits,
    ),
  // The lowest quality that is at least as similar as JPEG's. A higher effort gains little: decision 0013.
  webp: async (image, _size, { frames, metadata, credits }) => {
    const data = await withCredits(
      image.webp({
        quality: 78,
        effort: 2,
        ...(frames > 1 && metadata.loop !== undefined
          ? { loop: Math.min(metadata.loop, SHARP_NUMBER_MAX) }
          : {}),
        ...(frames > 1 && metadata.delay !== undefined ? { delay: metadata.delay.map(allowedDelay) } : {}),
      }),
      credits,
    );
    if (frames > 1) markUncovered(data);
    return data;
  },
  avif: (image, _size, { credits }) =>
    withCredits(image.avif({ quality: 65, effort: 1, chromaSubsampling: '4:2:0' }), credits),
};

/** Encodes with the credits in an EXIF block, for formats that neither compress the block nor add a checksum. */
async function withCredits(image: Sharp, credits: Credits): Promise<Buffer> {
  const placeholder = creditsPlaceholder(credits);
  if (placeholder === null) return image.toBuffer();
  return writeCredits(await image.withExif({ IFD0: placeholder }).toBuffer(), credits);
}

/** Milliseconds. WebP can store more than a minute, but sharp cannot write it. */
const allowedDelay = (delay: number) => Math.min(SHARP_NUMBER_MAX, Math.max(0, delay));
