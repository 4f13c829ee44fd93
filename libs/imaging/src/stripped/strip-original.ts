import { closeSync, openSync } from 'node:fs';
import type { OriginalContentType, VariantFormat } from '@darkroom/contracts';
import { FileWindow } from '../complete/file-window.js';
import { type Context, need } from '../context.js';
import { readAt } from '../read-at.js';
import type { Size } from '../variant-size.js';
import { creditsExif } from './credits-exif.js';
import type { Original } from './original.js';
import { stripJpeg } from './strip-jpeg.js';
import { stripWebp } from './strip-webp.js';

type Strip = (original: Original, credits: Buffer | null, limit: number) => Buffer | null;

/** The formats whose originals can be handed out without their metadata. */
const STRIPS: Partial<Record<VariantFormat, { contentType: OriginalContentType; strip: Strip }>> = {
  jpeg: { contentType: 'image/jpeg', strip: stripJpeg },
  webp: { contentType: 'image/webp', strip: stripWebp },
};

/**
 * Returns the original itself as a variant, without its metadata and with the credits: a picture that is encoded again
 * loses quality, and one of a low quality grows.
 *
 * @param size - of the variant
 * @param limit - the bytes of the variant that it would replace
 * @returns null when it is not smaller, and when the original needs a change: of its format, size, orientation or
 *   colours
 */
export function stripOriginal(
  context: Context,
  format: VariantFormat,
  size: Size,
  limit: number,
): Buffer | null {
  const { contentType, metadata, credits } = need(context, 'source');
  const found = STRIPS[format];
  if (!found || found.contentType !== contentType || !isUnchanged(context, size)) return null;
  const fd = openSync(context.input.path, 'r');
  try {
    return found.strip(
      {
        file: new FileWindow(fd),
        read: (offset, length) => readAt(fd, offset, length),
        size: { width: metadata.width, height: metadata.height },
        deadline: context.deadline,
      },
      creditsExif(credits),
      limit,
    );
  } finally {
    closeSync(fd);
  }
}

/** Whether the pixels of a variant are those of the original. */
function isUnchanged({ source, conversion, lenient }: Context, { width, height }: Size): boolean {
  if (!source || lenient || source.mended || source.orientation !== 1 || source.frames !== 1) return false;
  if (source.colour) return false;
  const { metadata } = source;
  if (metadata.width !== width || metadata.height !== height || metadata.depth !== 'uchar') return false;
  if (metadata.space !== 'srgb' && metadata.space !== 'b-w') return false;
  return !metadata.hasProfile || conversion?.isIdentity === true;
}
