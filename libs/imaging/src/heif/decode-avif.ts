import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { PictureFault } from '@darkroom/errors';
import { type Context, need, type Source } from '../context.js';
import { createRawTiff, type RawTiff } from '../raw-tiff.js';
import { stretchRange, toUint16, undoPremultiplication } from './correct-samples.js';
import type { HeifPicture } from './heif-picture.js';
import { stillOfTracks } from './still-of-tracks.js';

/** The major brand of image sequences, which libvips does not know. */
const SEQUENCE = 'avis';

/**
 * Prepares an AVIF for libvips where libvips or its libheif would refuse it, or show it wrong: image sequences, grey of
 * limited range, premultiplied alpha.
 *
 * @returns null for every other AVIF, which libvips reads from its file
 */
export async function decodeAvif(context: Context): Promise<Buffer | null> {
  const { metadata, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the AVIF file has not been read.');
  const still = await readStill(context.input.path, heif);
  if (!heif.isLimitedGrey && !heif.isPremultiplied) return still;
  const tiff = await decodePixels(context, still ?? context.input.path, metadata);
  context.deadline.check();
  const samples = metadata.depth === 'ushort' ? toUint16(tiff.pixels) : tiff.pixels;
  if (heif.isLimitedGrey) stretchRange(samples, heif.hasAlpha ? 4 : 3);
  if (heif.isPremultiplied) undoPremultiplication(samples);
  context.deadline.check();
  return tiff.file;
}

async function decodePixels(context: Context, input: string | Buffer, metadata: Metadata): Promise<RawTiff> {
  const isDeep = metadata.depth === 'ushort';
  const { data, info } = await sharp(input, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: context.limits.maxPixels,
  })
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .timeout({ seconds: context.deadline.secondsLeft })
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const isExpected = width === metadata.width && height === metadata.height && channels === metadata.channels;
  if (!isExpected || channels < 3) throw new PictureFault('corrupt_image');
  const tiff = createRawTiff(
    { width, height, channels: channels === 4 ? 4 : 3, bits: isDeep ? 16 : 8 },
    metadata.icc ?? null,
  );
  data.copy(tiff.pixels);
  return tiff;
}

/** Returns the still picture of an image sequence, or null for a file that libvips reads. */
async function readStill(path: string, { brand, tracks }: HeifPicture): Promise<Buffer | null> {
  if (!tracks && brand !== SEQUENCE) return null;
  const file = await readFile(path);
  if (tracks) return stillOfTracks(file, tracks, 'avif');
  file.write('avif', 8, 'latin1');
  return file;
}
