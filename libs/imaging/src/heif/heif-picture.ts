import { PictureFault } from '@darkroom/errors';
import type { NamedColour } from '../named-colour.js';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import { BoxReader } from './box-reader.js';
import { readHeifFile } from './heif-file.js';
import type { Extent, HeifItem, HeifMeta, Property } from './heif-meta.js';
import { readItemColour, readSampleFormat } from './item-colour.js';
import type { SampleCoding } from './planes.js';
import { planTiles, type TilePlan } from './tile-plan.js';
import { transform, type Transformed } from './transformations.js';

/** The container's description of its primary picture, before any decoding. */
export interface HeifPicture {
  /** Whether the file is an image sequence. */
  isSequence: boolean;
  /** Cropping, rotating and mirroring; the apertures also of its alpha. */
  transformed: Transformed;
  hasAlpha: boolean;
  /** Whether its colours are already multiplied by its alpha. */
  isPremultiplied: boolean;
  /** Bits of a sample: 8, 10 or 12. */
  bits: number;
  /** Whether it is grey from 16 to 235 (of 8 bits). Both builds of libheif pass such values on as they are. */
  isLimitedGrey: boolean;
  /** How its samples become colours. */
  coding: SampleCoding;
  /** How to decode it by its tiles; null where only libheif decodes it. */
  tiles: TilePlan | null;
  /** The pictures that it consists of: itself, the tiles of a grid, its alpha. */
  coded: HeifItem[];
  /** The sum of their pixels. */
  codedPixels: number;
  /** ICC profile, or null. */
  icc: Buffer | null;
  /** The colours that it names without an ICC profile; or null. */
  colour: NamedColour | null;
  /** Location of the EXIF block. */
  exif: Extent[] | null;
  /** Location of the XMP packet. */
  xmp: Extent[] | null;
  /** The first pictures of the tracks, of a file that has no items; or null. */
  tracks: HeifMeta | null;
}

/** Pictures that libheif makes from others: tiles side by side, an overlay, an unchanged one. */
const DERIVED = new Set(['grid', 'iovl', 'iden']);
const CODED_MAX = 10_000;
const CODECS = {
  HEIC: new Set(['hvc1', 'hev1']),
  AVIF: new Set(['av01']),
};
/** Names of the codecs that a HEIF file can also contain. */
const CODEC_NAMES: Record<string, string> = {
  hvc1: 'HEVC',
  hev1: 'HEVC',
  av01: 'AV1',
  vvc1: 'VVC',
  evc1: 'EVC',
  avc1: 'AVC',
  j2k1: 'JPEG 2000',
  jpeg: 'JPEG',
  mjpg: 'JPEG',
  unci: 'uncompressed samples',
};
const ALPHA = new Set([
  'urn:mpeg:avc:2015:auxid:1',
  'urn:mpeg:hevc:2015:auxid:1',
  'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha',
]);

/**
 * Reads the header of a HEIF file from the boxes of the container. libheif runs only afterwards, when the file is known
 * to be complete and its pixels to be within the limit.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`; `unsupported_format` for a codec that the format does not use, or a file without
 *   a still picture
 */
export function readHeifPicture(fd: number, format: keyof typeof CODECS): HeifPicture {
  const { meta, isSequence, isTracksOnly } = readHeifFile(fd);
  const primary = meta.items.get(meta.primaryId);
  if (!primary) throw new PictureFault('corrupt_image');
  const pictures = sourcesOf(meta, primary);
  const alpha = alphaOf(meta, primary.id);
  const coded = [...pictures, ...(alpha ? sourcesOf(meta, alpha) : [])];
  checkCodecs(coded, format);
  const [first] = pictures;
  if (!first) throw new PictureFault('corrupt_image');
  // A grid has the pixels of its tiles: if it does not state their colour, the tiles do.
  const colour = readItemColour(fd, primary, first);
  const { bits, isGrey } = readSampleFormat(first);
  const transformed = transform(storedSize(primary), primary);
  if (alpha) transformed.apertures.push(...transform(storedSize(alpha), alpha).apertures);
  return {
    isSequence,
    transformed,
    hasAlpha: alpha !== undefined,
    isPremultiplied: alpha !== undefined && isPremultiplied(meta, primary.id, alpha.id),
    bits,
    isLimitedGrey: isGrey && !colour.isFullRange,
    coding: { matrix: colour.matrix, isFullRange: colour.isFullRange },
    tiles: alpha ? null : planTiles(fd, meta, primary),
    coded,
    codedPixels: coded.reduce((sum, item) => sum + storedSize(item).width * storedSize(item).height, 0),
    icc: colour.icc,
    colour: colour.named,
    exif: descriptionOf(meta, primary.id, ({ type }) => type === 'Exif'),
    xmp: descriptionOf(meta, primary.id, ({ contentType }) => contentType === 'application/rdf+xml'),
    tracks: isTracksOnly ? meta : null,
  };
}

function checkCodecs(coded: readonly HeifItem[], format: keyof typeof CODECS): void {
  const other = coded.find(({ type }) => !CODECS[format].has(type))?.type;
  if (other === undefined) return;
  const name = CODEC_NAMES[other];
  if (name !== undefined) throw unsupported(`a HEIF file coded as ${name} (${other})`);
  throw unsupported(
    /^\w{4}$/.test(other) ? `a HEIF file coded as "${other}"` : 'a HEIF file of an unknown codec',
  );
}

/** Returns the coded pictures that an item is derived from (`dimg`), or the item itself when it is coded. */
function sourcesOf(meta: HeifMeta, item: HeifItem): HeifItem[] {
  const derived = new Map<number, number[]>();
  for (const { type, from, to } of meta.references) if (type === 'dimg') derived.set(from, to);
  const sources: HeifItem[] = [];
  const seen = new Set<number>();
  const open = [item.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const found = meta.items.get(id);
    if (!found || seen.size > CODED_MAX) throw new PictureFault('corrupt_image');
    // A coded picture can also name the pictures that it was derived from before it was coded.
    if (!DERIVED.has(found.type)) sources.push(found);
    else open.push(...(derived.get(id) ?? []));
  }
  return sources;
}

function alphaOf(meta: HeifMeta, id: number): HeifItem | undefined {
  return meta.references
    .filter(({ type, to }) => type === 'auxl' && to.includes(id))
    .map(({ from }) => meta.items.get(from))
    .find((item) => {
      const property = item && propertyOf(item, 'auxC');
      if (!property) return false;
      const reader = new BoxReader(property.content);
      reader.fullBox();
      return ALPHA.has(reader.text());
    });
}

function isPremultiplied(meta: HeifMeta, id: number, alphaId: number): boolean {
  return meta.references.some(({ type, from, to }) => type === 'prem' && from === id && to.includes(alphaId));
}

/** Finds an item that describes a picture, such as its EXIF block. */
function descriptionOf(meta: HeifMeta, id: number, isWanted: (item: HeifItem) => boolean): Extent[] | null {
  for (const { type, from, to } of meta.references) {
    const item = meta.items.get(from);
    if (type === 'cdsc' && to.includes(id) && item && isWanted(item)) return item.extents;
  }
  return null;
}

function propertyOf(item: HeifItem, type: string): Property | undefined {
  return item.properties.find((property) => property.type === type);
}

/** Reads the stored width and height. */
function storedSize(item: HeifItem): Size {
  const property = propertyOf(item, 'ispe');
  if (!property) throw new PictureFault('corrupt_image');
  const reader = new BoxReader(property.content);
  reader.fullBox();
  const size = { width: reader.uint(4), height: reader.uint(4) };
  if (size.width === 0 || size.height === 0) throw new PictureFault('corrupt_image');
  return size;
}
