import type { HeifMeta } from './heif-meta.js';
import { box, writeHeif } from './write-heif.js';

/**
 * Writes the first picture of a file that has only tracks, and its alpha, as a still picture: libheif would decode the
 * sequence through other functions, which libvips does not call.
 *
 * @param file - the whole file
 * @param tracks - of `readTracks`
 * @param brand - `heic` or `avif`
 */
export function stillOfTracks(file: Buffer, tracks: HeifMeta, brand: 'heic' | 'avif'): Buffer {
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
