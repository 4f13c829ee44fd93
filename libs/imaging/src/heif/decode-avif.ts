import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { PictureFault } from '@darkroom/errors';
import { type Context, need, type Source } from '../context.js';
import { releasePixels } from '../pixels.js';
import { createRawTiff, type RawTiff } from '../raw-tiff.js';
import { stretchRange, toUint16, undoPremultiplication } from './correct-samples.js';
import { stillOfSequence } from './still-of-sequence.js';

/**
 * Prepares an AVIF for libvips where libvips or its libheif would refuse it, or show it wrong: image sequences, grey of
 * limited range, premultiplied alpha.
 *
 * @returns null for every other AVIF, which libvips reads from its file
 */
export async function decodeAvif(context: Context): Promise<Buffer | null> {
  const { metadata, icc, heif }: Source = need(context, 'source');
  if (heif === undefined) throw new Error('The header of the AVIF file has not been read.');
  const { path } = context.input;
  const still = heif.isSequence ? stillOfSequence(await readFile(path), heif, 'avif') : null;
  if (!heif.isLimitedGrey && !heif.isPremultiplied) return still;
  const tiff = await decodePixels(context, still ?? path, metadata, icc ?? null);
  context.deadline.check();
  const samples = metadata.depth === 'ushort' ? toUint16(tiff.pixels) : tiff.pixels;
  if (heif.isLimitedGrey) stretchRange(samples, heif.hasAlpha ? 4 : 3);
  if (heif.isPremultiplied) undoPremultiplication(samples);
  context.deadline.check();
  return tiff.file;
}

async function decodePixels(
  context: Context,
  input: string | Buffer,
  metadata: Metadata,
  icc: Buffer | null,
): Promise<RawTiff> {
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
  const tiff = createRawTiff({ width, height, channels: channels === 4 ? 4 : 3, bits: isDeep ? 16 : 8 }, icc);
  data.copy(tiff.pixels);
  releasePixels({ data });
  return tiff;
}
