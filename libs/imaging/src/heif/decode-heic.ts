import { readFile } from 'node:fs/promises';
import type { Context, Source } from '../context.js';
import { need } from '../context.js';
import { decodePlanes, decodePrimary } from './decode-primary.js';
import { decodeTiles, TilesNotDecoded } from './decode-tiles.js';
import type { HeifPicture } from './heif-picture.js';
import { WEBASSEMBLY } from './heic-decoders.js';
import { checkHevcData } from './hevc-data.js';
import { loadLibavcodec } from './libavcodec.js';
import { isKnownMatrix, type Planes, planesToTiff } from './planes.js';
import type { Size } from '../variant-size.js';
import { stillOfSequence } from './still-of-sequence.js';

const FAILURE_LENGTH_MAX = 200;

/**
 * Decodes the primary picture of a HEIC file: with libavcodec, where the system has it and the picture is of the kind
 * that phones write, otherwise with libheif in WebAssembly. The latter blocks this process for the whole decoding, about
 * a second for 12 megapixels. The deadline is checked before and after; the parent process enforces it from outside.
 *
 * @returns an uncompressed TIFF with the colour profile of the picture: of the size of the largest variant where the
 *   planes can be shrunk before they become colours, otherwise at full size
 */
export async function decodeHeic(context: Context): Promise<Buffer> {
  const { icc, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the HEIC file has not been read.');
  const file = await readFile(context.input.path);
  for (const item of heif.coded) checkHevcData(file, item);
  const { transformed, coding } = heif;
  if (!canShrinkPlanes(heif, context.ladder?.largest)) {
    context.onHeicDecoder?.({ decoder: WEBASSEMBLY });
    const tiff = decodePrimary(forLibheif(file, heif), heif, icc ?? null, context.limits.maxPixels);
    context.deadline.check();
    return tiff;
  }
  const planes = (await decodeNatively(context, file, heif)) ?? decodeInWebAssembly(context, file, heif);
  context.deadline.check();
  const { stored: shown, turn } = transformed;
  const target = { shown, turn, size: need(context, 'ladder').largest, coding, icc: icc ?? null };
  return planesToTiff(planes, target, context.deadline);
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

/** @returns null where there is no libavcodec, or where it refuses this picture */
async function decodeNatively(
  { deadline, heicDecoder, onHeicDecoder }: Context,
  file: Buffer,
  { tiles }: HeifPicture,
): Promise<Planes | null> {
  const library = heicDecoder === 'webassembly' ? null : loadLibavcodec();
  if (library === null || tiles === null) {
    onHeicDecoder?.({ decoder: WEBASSEMBLY });
    return null;
  }
  onHeicDecoder?.({ decoder: library.name });
  try {
    return await decodeTiles(library, file, tiles, deadline);
  } catch (error) {
    if (!(error instanceof TilesNotDecoded)) throw error;
    const failure = `${library.name}: ${error.message}`.slice(0, FAILURE_LENGTH_MAX);
    onHeicDecoder?.({ decoder: WEBASSEMBLY, failure });
    return null;
  }
}

function decodeInWebAssembly({ limits }: Context, file: Buffer, heif: HeifPicture): Planes {
  if (heif.tiles === null) throw new Error('The picture has no plan of its tiles.');
  const { whole } = heif.tiles;
  return decodePlanes(forLibheif(file, heif), whole, limits.maxPixels);
}

/** Prepares a file for libheif, in place where possible. */
function forLibheif(file: Buffer, heif: HeifPicture): Buffer {
  openApertures(file, heif);
  return heif.isSequence ? stillOfSequence(file, heif, 'heic') : file;
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
