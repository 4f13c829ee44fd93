import { inputFormats, type VariantFormat } from '@darkroom/contracts';
import type { Sharp, WebpOptions } from 'sharp';
import type { Source } from './context.js';
import type { Deadline } from './deadline.js';
import type { Credits } from './exif-credits.js';
import { keepsChroma, type PictureKind } from './picture-kind.js';
import type { Size } from './variant-size.js';
import { markUncovered } from './webp-canvas.js';
import { creditsPlaceholder, writeCredits } from './write-credits.js';

/** A variant to encode. */
export interface Picture extends Size {
  kind: PictureKind;
  source: Source;
  deadline: Deadline;
}

/**
 * Encodes pixels in one format, with the credits of the original and no other metadata.
 *
 * @param image - resized; all frames for an animated format, otherwise the first frame
 */
export type Encoder = (image: Sharp, picture: Picture) => Promise<Buffer>;

/**
 * A JPEG up to this many pixels gets optimised Huffman tables. They make a 150- or 320-pixel picture 4 to 10 % smaller
 * in less than half a millisecond, but a 1600-pixel photograph only 1 % smaller, for 13 ms of 20. A drawing gets them
 * at any size: a drawing of large even areas was two thirds larger without them.
 */
const OPTIMISED_HUFFMAN_MAX_PIXELS = 512 * 512;

/** At 80, the chroma of fine coloured text is off by 4 to 7 of 255, and that of an icon of 16 pixels as well. */
const JPEG_QUALITIES: Record<PictureKind, number> = {
  photograph: 80,
  even: 80,
  graphic: 80,
  dense: 92,
  icon: 95,
};

/** The encoder of every output format. The figures behind their settings: decisions 0013 and 0026. */
export const encoders: Record<VariantFormat, Encoder> = {
  // Not mozjpeg: it is 15 to 21 % smaller but takes seven times as long (136 against 20 ms at 1600 pixels), and a
  // person waits for the JPEGs. Not progressive: it takes 1.6 times as long, and is 2 % smaller for large pictures but
  // larger for small ones.
  jpeg: (image, { width, height, kind, source: { contentType, credits } }) =>
    withCredits(
      image.flatten({ background: '#ffffff' }).jpeg({
        quality: JPEG_QUALITIES[kind],
        chromaSubsampling: keepsChroma(kind) ? '4:4:4' : '4:2:0',
        optimiseCoding:
          keepsChroma(kind) ||
          inputFormats[contentType].drawings ||
          width * height <= OPTIMISED_HUFFMAN_MAX_PIXELS,
      }),
      credits,
    ),
  webp: encodeWebp,
  avif: (image, { kind, source: { credits } }) =>
    withCredits(
      image.avif({ quality: 65, effort: 1, chromaSubsampling: keepsChroma(kind) ? '4:4:4' : '4:2:0' }),
      credits,
    ),
};

/**
 * Lossy WebP always halves the resolution of chroma. So a graphic is stored nearly lossless where that is smaller than
 * its JPEG. It is not for a photograph inside a screenshot: a lossless picture of the lowest effort, which takes an
 * eighth of the time, shows it.
 */
async function encodeWebp(image: Sharp, picture: Picture): Promise<Buffer> {
  const { kind, source } = picture;
  if (kind === 'photograph' || source.frames > 1) return writeWebp(image, picture, PLAIN);
  const lossy = kind === 'even' ? [PLAIN] : [SHARP_CHROMA, PLAIN];
  const { length: limit } = await encoders.jpeg(image.clone(), picture);
  const quick = await smallest(image, picture, [QUICK_LOSSLESS]);
  const isPromising = quick.length <= QUICK_LOSSLESS_MAX * limit;
  const settings = isPromising ? [NEARLY_LOSSLESS, ...lossy] : lossy;
  return smallest(image, picture, settings, kind === 'even' ? 0 : limit);
}

/**
 * Encodes a WebP that is not larger than a JPEG original, which is handed out as the JPEG: its low quality leaves little
 * that a WebP of a high one could keep.
 *
 * @param limit - bytes; a graphic may need more at the lowest quality
 */
export async function encodeWebpWithin(image: Sharp, picture: Picture, limit: number): Promise<Buffer> {
  return smallest(image, picture, LOWER_QUALITIES, limit);
}

/** The lowest quality that is at least as similar as JPEG's. A higher effort gains little: decision 0013. */
const PLAIN: WebpOptions = { quality: 78, effort: 2 };
const NEARLY_LOSSLESS: WebpOptions = { nearLossless: true, quality: 60, effort: 2 };
const QUICK_LOSSLESS: WebpOptions = { lossless: true, effort: 0 };
/** Times the JPEG: a higher effort makes a graphic 15 to 90 % smaller, but a photograph in it hardly. */
const QUICK_LOSSLESS_MAX = 1.5;
const SHARP_CHROMA: WebpOptions = { quality: 90, effort: 2, smartSubsample: true };
const LOWER_QUALITIES: readonly WebpOptions[] = [65, 50, 35].map((quality) => ({ quality, effort: 2 }));

/** Returns the first of several encodings that has at most `enough` bytes; without one, the smallest. */
async function smallest(
  image: Sharp,
  picture: Picture,
  settings: readonly WebpOptions[],
  enough = 0,
): Promise<Buffer> {
  let best: Buffer | undefined;
  for (const options of settings) {
    picture.deadline.check();
    const encoded = await writeWebp(image.clone(), picture, options);
    if (!best || encoded.length < best.length) best = encoded;
    if (encoded.length <= enough) break;
  }
  if (!best) throw new Error('There are no settings to encode with.');
  return best;
}

async function writeWebp(image: Sharp, { source }: Picture, options: WebpOptions): Promise<Buffer> {
  const { frames, metadata, credits } = source;
  const data = await withCredits(
    image.webp({
      ...options,
      ...(frames > 1 && metadata.loop !== undefined
        ? { loop: Math.min(metadata.loop, SHARP_NUMBER_MAX) }
        : {}),
      ...(frames > 1 && metadata.delay !== undefined ? { delay: metadata.delay.map(allowedDelay) } : {}),
    }),
    credits,
  );
  if (frames > 1) markUncovered(data);
  return data;
}

/** Encodes with the credits in an EXIF block, for formats that neither compress the block nor add a checksum. */
async function withCredits(image: Sharp, credits: Credits): Promise<Buffer> {
  const placeholder = creditsPlaceholder(credits);
  if (placeholder === null) return image.toBuffer();
  return writeCredits(await image.withExif({ IFD0: placeholder }).toBuffer(), credits);
}

/** The highest delay and loop count that sharp can write. */
const SHARP_NUMBER_MAX = 65_535;

/** Milliseconds. WebP can store more than a minute, but sharp cannot write it. */
const allowedDelay = (delay: number) => Math.min(SHARP_NUMBER_MAX, Math.max(0, delay));
