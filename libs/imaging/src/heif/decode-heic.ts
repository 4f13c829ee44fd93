import { readFile } from 'node:fs/promises';
import type { Context, Source } from '../context.js';
import { need } from '../context.js';
import { checkContainer, decodePrimary } from './decode-primary.js';
import { decodeTiles, TilesNotDecoded } from './decode-tiles.js';
import type { HeifPicture } from './heif-picture.js';
import { WEBASSEMBLY } from './heic-decoders.js';
import { checkHevcData } from './hevc-data.js';
import { loadLibavcodec } from './libavcodec.js';
import { isKnownMatrix, planesToTiff } from './planes.js';
import type { Size } from '../variant-size.js';
import { stillOfSequence } from './still-of-sequence.js';

/** Characters of a failure for the log. */
const FAILURE_LENGTH_MAX = 200;

/**
 * Decodes the primary picture of a HEIC file: with libavcodec, where the system has it and the picture is of the kind
 * that phones write, otherwise with libheif in WebAssembly. The latter blocks this process for the whole decoding, about
 * a second for 12 megapixels. The deadline is checked before and after; the parent process enforces it from outside.
 *
 * @returns an uncompressed TIFF with the colour profile of the picture: by libavcodec of the size of the largest
 *   variant, by libheif, which cannot shrink on load, of full size
 */
export async function decodeHeic(context: Context): Promise<Buffer> {
  const { icc, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the HEIC file has not been read.');
  const file = await readFile(context.input.path);
  for (const item of heif.coded) checkHevcData(file, item);
  context.deadline.check();
  openApertures(file, heif);
  const still = heif.isSequence ? stillOfSequence(file, heif, 'heic') : file;
  const native = await decodeNatively(context, { file, still }, heif);
  if (native !== null) return native;
  const tiff = decodePrimary(still, heif, icc ?? null, context.limits.maxPixels);
  context.deadline.check();
  return tiff;
}

/** @returns null where there is no libavcodec, or where it is not for this picture or refuses it */
async function decodeNatively(
  context: Context,
  { file, still }: { file: Buffer; still: Buffer },
  heif: HeifPicture,
): Promise<Buffer | null> {
  const { heicDecoder, onHeicDecoder, deadline, ladder, limits, source } = context;
  const { tiles, transformed, coding } = heif;
  const mayLoad = heicDecoder !== 'webassembly' && canShrinkPlanes(heif, ladder?.largest);
  const library = mayLoad ? loadLibavcodec() : null;
  onHeicDecoder?.({ decoder: library?.name ?? WEBASSEMBLY });
  if (library === null || tiles === null || ladder === undefined) return null;
  checkContainer(still, limits.maxPixels);
  try {
    const planes = await decodeTiles(library, file, tiles, deadline);
    const { stored: shown, turn } = transformed;
    const target = { shown, turn, size: ladder.largest, coding, icc: source?.icc ?? null };
    return await planesToTiff(planes, target, deadline);
  } catch (error) {
    if (!(error instanceof TilesNotDecoded)) throw error;
    const failure = `${library.name}: ${error.message}`.slice(0, FAILURE_LENGTH_MAX);
    onHeicDecoder?.({ decoder: WEBASSEMBLY, failure });
    return null;
  }
}

/**
 * Whether its planes can be decoded, cropped between samples, and converted here, and will be shrunk: at full size, the
 * way in which chroma is enlarged would show.
 */
function canShrinkPlanes({ tiles, transformed, coding }: HeifPicture, largest?: Size): boolean {
  const { shown, stored } = transformed;
  if (!largest || largest.width >= shown.width || largest.height >= shown.height) return false;
  const { left, top, width, height } = stored;
  const isEven = [left, top, width, height].every((number) => number % 2 === 0);
  return tiles !== null && isEven && isKnownMatrix(coding.matrix);
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
