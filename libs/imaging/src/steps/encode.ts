import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OriginalContentType, VariantFormat } from '@darkroom/contracts';
import type { Sharp } from 'sharp';
import { need, type Source, type Step } from '../context.js';
import { creditsPlaceholder, writeCredits } from '../write-credits.js';
import { PixelLadder } from '../pixel-ladder.js';
import { firstFrame, openPixels } from '../pixels.js';
import { THUMBHASH_SIDE } from '../thumbhash.js';
import type { Size } from '../variant-size.js';

/**
 * Up to so many pixels a JPEG gets Huffman tables of its own. They take 4 to 10 % off a 150- or 320-pixel picture in
 * less than half a millisecond, but off a 1600-pixel photograph 1 % for 13 ms of 20. A drawing gets them at any size:
 * one of large even surfaces was two thirds larger without.
 */
const OWN_HUFFMAN_MAX_PIXELS = 512 * 512;

/** Formats that drawings and screenshots come in, rather than photographs. */
const DRAWINGS = new Set<OriginalContentType>(['image/png', 'image/gif']);

/** Writes every variant of the ladder in the format that was asked for. */
export const encode: Step = {
  name: 'encode',
  async run(context) {
    const { format, deadline, outputFolder } = context;
    const source = need(context, 'source');
    // JPEG has no frames, and sharp writes AVIF without them.
    const all = need(context, 'pixels');
    const sizes = need(context, 'ladder').variants;
    const pixels = new PixelLadder(format === 'webp' ? all : firstFrame(all), sizes, deadline, [
      THUMBHASH_SIDE,
    ]);
    context.pixelLadder = pixels;
    context.variants = [];
    // A source smaller than several sizes gives the same picture for each of them: it is encoded once.
    const made = new Map<string, Buffer>();
    for (const { name, longSide, width, height } of sizes) {
      deadline.check();
      const image = openPixels(await pixels.sourceFor(longSide), deadline).resize(width, height, {
        fit: 'fill',
      });
      const key = `${width}x${height}`;
      const data = made.get(key) ?? (await encodeOne(image, format, { width, height }, source));
      made.set(key, data);
      const path = join(outputFolder, `${name}.${format}`);
      // Some hundred KB on a local disk, and nobody else waits.
      writeFileSync(path, data);
      context.variants.push({ name, format, width, height, bytes: data.length, path });
    }
  },
};

async function encodeOne(image: Sharp, format: VariantFormat, size: Size, source: Source): Promise<Buffer> {
  const placeholder = creditsPlaceholder(source.credits);
  if (placeholder) image.withExif({ IFD0: placeholder });
  const encoded = await ENCODERS[format](image, size, source).toBuffer();
  return placeholder ? writeCredits(encoded, source.credits) : encoded;
}

/** The highest delay and number of loops that sharp writes. */
const SHARP_NUMBER_MAX = 65_535;

type Encoder = (image: Sharp, size: Size, source: Source) => Sharp;

const ENCODERS: Record<VariantFormat, Encoder> = {
  // Not mozjpeg: it is 15 to 21 % smaller but takes seven times as long (136 against 20 ms at 1600 pixels), and a
  // person waits for the JPEGs. Not progressive: 1.6 times as long, 2 % smaller when large and larger when small.
  jpeg: (image, { width, height }, { contentType }) =>
    image.flatten({ background: '#ffffff' }).jpeg({
      quality: 80,
      chromaSubsampling: '4:2:0',
      optimiseCoding: DRAWINGS.has(contentType) || width * height <= OWN_HUFFMAN_MAX_PIXELS,
    }),
  // The least quality that is at least as similar as JPEG's, and an effort after which little is gained: decision 0013.
  webp: (image, _size, { frames, metadata }) =>
    image.webp({
      quality: 78,
      effort: 2,
      ...(frames > 1 && metadata.loop !== undefined
        ? { loop: Math.min(metadata.loop, SHARP_NUMBER_MAX) }
        : {}),
      ...(frames > 1 && metadata.delay !== undefined ? { delay: metadata.delay.map(allowedDelay) } : {}),
    }),
  avif: (image) => image.avif({ quality: 65, effort: 1, chromaSubsampling: '4:2:0' }),
};

/** Milliseconds. WebP itself can say more than a minute, sharp takes no more to write. */
const allowedDelay = (delay: number) => Math.min(SHARP_NUMBER_MAX, Math.max(0, delay));
