import { cutText } from './cut-text.js';
import { findTexts, type ReadBytes, readParts } from './exif-ifd.js';

/** Who made the picture and whose it is: all of the metadata that a variant keeps. */
export interface Credits {
  artist?: string;
  copyright?: string;
}

export const ARTIST_TAG = 0x013b;
export const COPYRIGHT_TAG = 0x8298;
/** Of one text of the credits, in UTF-16 units. */
export const TEXT_MAX = 1000;

/**
 * Reads Artist and Copyright from IFD0 of a TIFF structure, which EXIF is too. Follows no pointer but the one to IFD0,
 * and takes anything odd for an absent tag.
 *
 * @param read - reads from the TIFF header on (`II*\0` or `MM\0*`)
 */
export async function readCredits(read: ReadBytes): Promise<Credits> {
  const credits: Credits = {};
  const texts = await findTexts(read);
  for (const [tag, key] of [
    [ARTIST_TAG, 'artist'],
    [COPYRIGHT_TAG, 'copyright'],
  ] as const) {
    const at = texts.get(tag);
    const text = at && joinParts(await readParts(read, at));
    if (text) credits[key] = text;
  }
  return credits;
}

/** The copyright may hold the photographer's and the editor's. */
function joinParts(parts: readonly string[]): string {
  return cutText(parts.join('; '), TEXT_MAX);
}
