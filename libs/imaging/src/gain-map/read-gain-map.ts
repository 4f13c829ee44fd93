import sharp, { type Sharp } from 'sharp';
import { type Context, need } from '../context.js';
import { libvipsFault } from '../libvips-fault.js';
import { turnOf } from '../steps/orient.js';
import type { Size } from '../variant-size.js';
import { GAIN_MAP_ID, readSegments } from './jpeg-segments.js';

/** libvips reads gain maps only through libultrahdr, which is allowed while such a file is read, by a setting. */
const ULTRA_HDR = { operation: ['VipsForeignLoadUhdr'] };
/** As libultrahdr encodes gain maps by default. */
const QUALITY = 95;

/** The types of sharp 0.35 lack its method. */
type KeepsGainMap = Sharp & { keepGainMap: () => Sharp };

/**
 * Reads the gain map of an UltraHDR JPEG, scaled and turned like the picture.
 *
 * @param size - pixels of the variant, upright
 * @returns a JPEG whose metadata is that of ISO 21496-1, whatever the original has; null without a usable gain map
 */
export async function readGainMap(context: Context, size: Size): Promise<Buffer | null> {
  const { orientation } = need(context, 'source');
  const scaled = await withUltraHdr(() => scaledGainMap(context, size)).catch(ignoreDamage);
  const turn = turnOf(orientation);
  if (scaled === null || turn === undefined) return scaled;
  // Sharp 0.35.5 reads freed memory when it turns a picture with its gain map, so the gain map is turned alone.
  const { channels } = await sharp(scaled).metadata();
  const turned = await sharp(scaled, { ignoreIcc: true })
    .flop(turn.flop)
    .rotate(turn.angle)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const metadata = readSegments(scaled).find(({ id }) => id === GAIN_MAP_ID);
  if (!metadata) return null;
  return Buffer.concat([turned.subarray(0, 2), metadata.bytes, turned.subarray(2)]);
}

/** The picture itself was decoded before: only its gain map can be damaged. */
function ignoreDamage(error: unknown): null {
  if (libvipsFault(error)?.code === 'corrupt_image') return null;
  throw error;
}

async function scaledGainMap(context: Context, { width, height }: Size): Promise<Buffer | null> {
  const { input, limits, deadline } = context;
  const { metadata, orientation } = need(context, 'source');
  const { gainMap } = await sharp(input.path, { limitInputPixels: limits.maxPixels }).metadata();
  // A gain map with more pixels than its picture is not useful to anyone.
  if (!gainMap || !(await isWithin(gainMap.image, metadata))) return null;
  const picture = sharp(input.path, {
    failOn: 'warning',
    limitInputPixels: limits.maxPixels,
  }) as KeepsGainMap;
  const [storedWidth, storedHeight] = orientation >= 5 ? [height, width] : [width, height];
  const scaled = await picture
    .keepGainMap()
    .resize(storedWidth, storedHeight, { fit: 'fill' })
    .jpeg()
    .timeout({ seconds: deadline.secondsLeft })
    .toBuffer();
  return (await sharp(scaled).metadata()).gainMap?.image ?? null;
}

async function isWithin(gainMap: Buffer, { width, height }: Size): Promise<boolean> {
  const map = await sharp(gainMap, { limitInputPixels: false }).metadata();
  return map.width * map.height <= width * height;
}

async function withUltraHdr<T>(work: () => Promise<T>): Promise<T> {
  sharp.unblock(ULTRA_HDR);
  try {
    return await work();
  } finally {
    sharp.block(ULTRA_HDR);
  }
}
