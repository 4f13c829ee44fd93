import { ARTIST_TAG, COPYRIGHT_TAG, type Credits } from './exif-credits.js';
import { ENTRY_BYTES, findTexts, readFromMemory, readIfd } from './exif-ifd.js';

const ORIENTATION_TAG = 0x0112;
/** The start of every EXIF block that libvips writes, in JPEG, WebP and AVIF alike: little endian, IFD0 at byte 8. */
const EXIF_START = Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1');

/**
 * Returns the tags for sharp's `withExif` that reserve room for the credits; null without credits.
 *
 * libvips writes only ASCII (`©` becomes `(C)`, `ë` becomes `e`, kanji become `?`) and cuts a text that ends in
 * brackets. So it gets a placeholder as long as the UTF-8 text, and `writeCredits` replaces it with the text.
 */
export function creditsPlaceholder(credits: Credits): Record<string, string> | null {
  const room = (text: string) => '_'.repeat(Buffer.byteLength(text));
  const { artist, copyright } = credits;
  if (!artist && !copyright) return null;
  return {
    ...(artist ? { Artist: room(artist) } : {}),
    ...(copyright ? { Copyright: room(copyright) } : {}),
  };
}

/**
 * Replaces the placeholders with the credits in UTF-8, and removes the orientation tag that libvips adds. Works on the
 * encoded bytes: none of our formats compresses EXIF or protects it with a checksum, and no length changes.
 *
 * @param encoded - a picture that sharp encoded with `creditsPlaceholder`; changed in place and returned
 * @throws Error, a bug, when the placeholders are not where libvips writes them
 */
export async function writeCredits(encoded: Buffer, credits: Credits): Promise<Buffer> {
  const start = encoded.indexOf(EXIF_START);
  if (start === -1) throw new Error('The encoded picture has no EXIF block.');
  const tiff = encoded.subarray(start + 6);
  const texts = await findTexts(readFromMemory(tiff));
  for (const [tag, text] of [
    [ARTIST_TAG, credits.artist],
    [COPYRIGHT_TAG, credits.copyright],
  ] as const) {
    if (!text) continue;
    const at = texts.get(tag);
    const bytes = Buffer.from(text);
    if (!at || !tiff.subarray(at.offset, at.offset + bytes.length).every((byte) => byte === 0x5f)) {
      throw new Error(`The encoded picture has no placeholder for tag ${tag}.`);
    }
    bytes.copy(tiff, at.offset);
  }
  await removeOrientation(tiff);
  return encoded;
}

/** Closes the gap that the entry leaves; the texts come after the directory and stay in place. */
async function removeOrientation(tiff: Buffer): Promise<void> {
  const ifd = await readIfd(readFromMemory(tiff));
  if (!ifd) return;
  for (let index = 0; index < ifd.count; index += 1) {
    if (ifd.view.getUint16(index * ENTRY_BYTES, ifd.littleEndian) !== ORIENTATION_TAG) continue;
    const entry = ifd.offset + index * ENTRY_BYTES;
    // The pointer to the next directory, four bytes, follows the last entry and moves too.
    const end = ifd.offset + ifd.count * ENTRY_BYTES + 4;
    tiff.copyWithin(entry, entry + ENTRY_BYTES, end);
    tiff.writeUInt16LE(ifd.count - 1, ifd.offset - 2);
    return;
  }
}
