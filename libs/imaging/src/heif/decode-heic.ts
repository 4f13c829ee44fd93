import { readFile } from 'node:fs/promises';
import type { Context, Source } from '../context.js';
import { need } from '../context.js';
import { decodePrimary } from './decode-primary.js';
import { checkHevcData } from './hevc-data.js';

/**
 * Decodes the primary picture of a HEIC file at full size, because libheif cannot shrink on load.
 *
 * Blocks this process for the whole decoding, about a second for 12 megapixels. The deadline is checked before and
 * after; the parent process enforces it from outside.
 *
 * @returns an uncompressed TIFF with the colour profile of the picture
 */
export async function decodeHeic(context: Context): Promise<Buffer> {
  const { metadata, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the HEIC file has not been read.');
  const file = await readFile(context.input.path);
  for (const item of heif.coded) checkHevcData(file, item);
  context.deadline.check();
  const tiff = decodePrimary(file, heif, metadata.icc ?? null, context.limits.maxPixels);
  context.deadline.check();
  return tiff;
}
