import { cutText } from './cut-text.js';
import { findTexts, type ReadBytes, readParts } from './exif-ifd.js';

/** The creator and the rights of a picture: the only metadata that a variant keeps. */
export interface Credits {
  artist?: string;
  copyright?: string;
}

export const ARTIST_TAG = 0x013b;
export const COPYRIGHT_TAG = 0x8298;
/** Longest text of the credits, in UTF-16 units. */
export const TEXT_MAX = 1000;

/**
 * Reads Artist and Copyright from IFD0 of a TIFF structure, which EXIF also uses. Follows only the pointer to IFD0, and
 * treats a malformed tag as absent.
 *
 * @param read - reads from the TIFF header onwards (`II*\0` or `MM\0*`)
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

/** Joins the parts: a copyright can name the photographer and the editor. */
function joinParts(parts: readonly string[]): string {
  return cutText(parts.join('; '), TEXT_MAX);
}
