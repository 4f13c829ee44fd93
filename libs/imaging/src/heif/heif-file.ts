import { fstatSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { readAt } from '../read-at.js';
import { BoxReader } from './box-reader.js';
import { type HeifMeta, readHeifMeta } from './heif-meta.js';
import { readTracks } from './heif-tracks.js';
import { brandsOf, SEQUENCES } from './heif-brands.js';

/** The items of a HEIF file. */
export interface HeifFile {
  meta: HeifMeta;
  /** Whether its brands name an image sequence, or it has only tracks. */
  isSequence: boolean;
  /** Whether the file has no items: `meta` then describes the first pictures of its tracks. */
  isTracksOnly: boolean;
}

/** A 48-megapixel phone picture with 192 tiles has 20 KB; a large profile has one or two megabytes. */
const META_MAX_BYTES = 4 * 2 ** 20;
/** The tables of a sequence have about 20 bytes for each of its pictures. */
const MOVIE_MAX_BYTES = 16 * 2 ** 20;
/** Of the first box of the file. */
const BRANDS_MAX_BYTES = 4096;
const TOP_LEVEL_BOXES_MAX = 1000;

interface Found {
  content: Buffer;
  /** Of the content in the file. */
  offset: number;
}

/**
 * Reads the items of a file. An image sequence shows its primary item, like any other file; one that consists only of
 * tracks shows the first picture of its first track.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`; `unsupported_format` for a video
 */
export function readHeifFile(fd: number): HeifFile {
  const { size } = fstatSync(fd);
  const { meta, movie } = findBoxes(fd, size);
  const isSequence = brandsOf(readAt(fd, 0, BRANDS_MAX_BYTES)).some(({ brand }) => SEQUENCES.has(brand));
  if (meta) return { meta: readHeifMeta(meta.content, meta.offset, size), isSequence, isTracksOnly: false };
  if (movie) return { meta: readTracks(movie.content, size), isSequence: true, isTracksOnly: true };
  throw new PictureFault('corrupt_image');
}

/** Finds the items and the tracks; looks for tracks only when there are no items before them. */
function findBoxes(fd: number, size: number): { meta?: Found; movie?: Found } {
  const found: { meta?: Found; movie?: Found } = {};
  let at = 0;
  for (let count = 0; count < TOP_LEVEL_BOXES_MAX && at + 8 <= size; count += 1) {
    const head = readAt(fd, at, 16);
    const size32 = head.readUInt32BE(0);
    const header = size32 === 1 ? 16 : 8;
    if (head.length < header) break;
    const length = size32 === 1 ? Number(head.readBigUInt64BE(8)) : size32 === 0 ? size - at : size32;
    if (length < header) break;
    const type = head.toString('latin1', 4, 8);
    const isMeta = type === 'meta';
    if (isMeta || type === 'moov') {
      if (at + length > size || length > (isMeta ? META_MAX_BYTES : MOVIE_MAX_BYTES)) break;
      const box = { content: readAt(fd, at + header, length - header), offset: at + header };
      if (!isMeta) found.movie ??= box;
      else if (hasPrimary(box.content)) return { meta: box };
    }
    at += length;
  }
  return found;
}

/** The `meta` box of a sequence may describe something other than items. */
function hasPrimary(meta: Buffer): boolean {
  const reader = new BoxReader(meta);
  reader.fullBox();
  return reader.boxes().some(({ type }) => type === 'pitm');
}
