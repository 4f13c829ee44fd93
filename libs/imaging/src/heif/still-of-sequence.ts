import { brandsOf, SEQUENCES } from './heif-brands.js';
import type { HeifMeta } from './heif-meta.js';
import type { HeifPicture } from './heif-picture.js';
import { box, writeHeif } from './write-heif.js';

type Brand = 'heic' | 'avif';

/**
 * Makes a still picture of an image sequence: libheif decodes sequences through other functions, which libvips does not
 * call, and refuses one whose tracks have an oddity even if only its items are wanted. libvips does not know the major
 * brand of AVIF sequences.
 *
 * @param file - the whole file; changed in place when it has items
 */
export function stillOfSequence(file: Buffer, { tracks }: HeifPicture, brand: Brand): Buffer {
  if (tracks) return stillOfTracks(file, tracks, brand);
  for (const { brand: named, offset } of brandsOf(file)) {
    if (SEQUENCES.has(named)) file.write(brand, offset, 'latin1');
  }
  for (let at = 0; at + 16 <= file.length;) {
    const size32 = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'moov') file.write('free', at + 4, 'latin1');
    const size = size32 === 1 ? Number(file.readBigUInt64BE(at + 8)) : size32;
    // Size 0 means that the box extends to the end of the file.
    if (size < 8) break;
    at += size;
  }
  return file;
}

/**
 * Writes the first picture of a file that has only tracks, and its alpha, as a still picture.
 *
 * @param tracks - of `readTracks`
 */
function stillOfTracks(file: Buffer, tracks: HeifMeta, brand: Brand): Buffer {
  const all = [...tracks.items.values()];
  // Ids of tracks have 32 bits, those of items here 16.
  const ids = new Map(all.map(({ id }, index) => [id, index + 1]));
  const items = all.map(({ type, extents, properties }, index) => ({
    id: index + 1,
    type,
    data: Buffer.concat((extents ?? []).map(({ offset, length }) => file.subarray(offset, offset + length))),
    properties: properties.map((property) => box(property.type, property.content)),
  }));
  const references = tracks.references.map(({ type, from, to }) => {
    const known = new Set(to.map((id) => ids.get(id)).filter((id) => id !== undefined));
    return [type, ids.get(from) ?? 0, [...known]] as const;
  });
  return writeHeif({ items, primaryId: ids.get(tracks.primaryId) ?? 0, references, brand });
}
