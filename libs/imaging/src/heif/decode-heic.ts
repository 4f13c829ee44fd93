import { readFile } from 'node:fs/promises';
import type { Context, Source } from '../context.js';
import { need } from '../context.js';
import { decodePrimary } from './decode-primary.js';
import type { HeifPicture } from './heif-picture.js';
import { checkHevcData } from './hevc-data.js';
import { stillOfSequence } from './still-of-sequence.js';

/**
 * Decodes the primary picture of a HEIC file at full size, because libheif cannot shrink on load.
 *
 * Blocks this process for the whole decoding, about a second for 12 megapixels. The deadline is checked before and
 * after; the parent process enforces it from outside.
 *
 * @returns an uncompressed TIFF with the colour profile of the picture
 */
export async function decodeHeic(context: Context): Promise<Buffer> {
  const { icc, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the HEIC file has not been read.');
  const file = await readFile(context.input.path);
  for (const item of heif.coded) checkHevcData(file, item);
  openApertures(file, heif);
  const still = heif.isSequence ? stillOfSequence(file, heif, 'heic') : file;
  context.deadline.check();
  const tiff = decodePrimary(still, heif, icc ?? null, context.limits.maxPixels);
  context.deadline.check();
  return tiff;
}

/**
 * Makes every clean aperture as large as its picture, in the file or in the properties of its tracks. libheif 1.23
 * limits the pixels that it decodes to those of the cropped size, and then refuses the picture; `decodePrimary` crops
 * instead.
 */
function openApertures(file: Buffer, { transformed, tracks }: HeifPicture): void {
  for (const { property, whole } of transformed.apertures) {
    const numbers = [whole.width, 1, whole.height, 1, 0, 1, 0, 1];
    const content = tracks ? property.content : file.subarray(property.offset);
    for (const [index, number] of numbers.entries()) content.writeUInt32BE(number, index * 4);
  }
}
