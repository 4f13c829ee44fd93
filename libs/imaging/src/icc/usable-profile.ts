import type { Metadata } from 'sharp';

const HEADER_BYTES = 128;
const TAG_BYTES = 12;
/** Real profiles have fewer than 50. */
const TAGS_MAX = 200;

/**
 * Input, display, output and colour space profiles convert the colours of a picture (ICC.1:2022, 7.2.5). Device links
 * and abstract profiles change colours that are converted already, and named colours have no pixels.
 */
const CLASSES = new Set(['scnr', 'mntr', 'prtr', 'spac']);
const CONNECTION_SPACES = new Set(['XYZ ', 'Lab ']);

/** The colour spaces of the profiles that fit the pixels, by the colour space of the picture. */
const SPACES: Readonly<Record<string, readonly string[]>> = {
  srgb: ['RGB '],
  rgb: ['RGB '],
  rgb16: ['RGB '],
  scrgb: ['RGB '],
  // Grey is a colour of RGB as well.
  'b-w': ['GRAY', 'RGB '],
  grey16: ['GRAY', 'RGB '],
  cmyk: ['CMYK'],
};

/**
 * Returns the embedded profile if it fits the picture. Any other is ignored, as browsers do: a truncated profile, one
 * for another number of channels, or one that describes no device.
 *
 * Reads only the header and the table of tags.
 */
export function usableProfile({ icc, space }: Pick<Metadata, 'icc' | 'space'>): Buffer | null {
  if (icc === undefined || icc.length < HEADER_BYTES + 4) return null;
  const at = (offset: number) => icc.toString('latin1', offset, offset + 4);
  if (icc.readUInt32BE(0) > icc.length || at(36) !== 'acsp') return null;
  if (!CLASSES.has(at(12)) || !CONNECTION_SPACES.has(at(20))) return null;
  const spaces = space === undefined ? undefined : SPACES[space];
  if (spaces && !spaces.includes(at(16))) return null;
  return hasAllTags(icc) ? icc : null;
}

function hasAllTags(icc: Buffer): boolean {
  const count = icc.readUInt32BE(HEADER_BYTES);
  if (count > TAGS_MAX || HEADER_BYTES + 4 + count * TAG_BYTES > icc.length) return false;
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + 4 + index * TAG_BYTES;
    if (icc.readUInt32BE(at + 4) + icc.readUInt32BE(at + 8) > icc.length) return false;
  }
  return true;
}
