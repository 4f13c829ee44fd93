import { ARTIST_TAG, COPYRIGHT_TAG, type Credits } from './exif-credits.js';
import { ENTRY_BYTES, findTexts, readFromMemory, readIfd } from './exif-ifd.js';

const ORIENTATION_TAG = 0x0112;
/** libvips begins every EXIF block that it writes so, in JPEG, WebP and AVIF alike: little endian, IFD0 at byte 8. */
const EXIF_START = Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1');

/**
 * What to hand to sharp's `withExif` so that the credits have room in the encoded picture; null when there are none.
 *
 * libvips writes ASCII only (`©` becomes `(C)`, `ë` becomes `e`, kanji become `?`) and cuts a text that ends in
 * brackets. So it gets a placeholder as long as the text in UTF-8, and `writeCredits` puts the text in its place.
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
 * Puts the credits in the place of their placeholders, in UTF-8, and takes the orientation tag out that libvips adds.
 * Works on the encoded bytes: none of our formats compresses EXIF or guards it by a checksum, and no length changes.
 *
 * @param encoded - a picture that sharp encoded with `creditsPlaceholder`; changed in place and returned
 * @throws Error, a fault of ours, when the placeholders are not where libvips puts them
 */
export async function writeCredits(encoded: Buffer, credits: Credits): Promise<Buffer> {
  const start = encoded.indexOf(EXIF_START);
  if (start === -1) throw new Error('The encoded picture holds no EXIF block.');
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
      throw new Error(`The encoded picture holds no placeholder for tag ${tag}.`);
    }
    bytes.copy(tiff, at.offset);
  }
  await removeOrientation(tiff);
  return encoded;
}

/** Closes the gap that the entry leaves; the texts stand behind the directory and stay where they are. */
async function removeOrientation(tiff: Buffer): Promise<void> {
  const ifd = await readIfd(readFromMemory(tiff));
  if (!ifd) return;
  for (let index = 0; index < ifd.count; index += 1) {
    if (ifd.view.getUint16(index * ENTRY_BYTES, ifd.littleEndian) !== ORIENTATION_TAG) continue;
    const entry = ifd.offset + index * ENTRY_BYTES;
    // The pointer to the next directory, four bytes, stands behind the last entry and moves along.
    const end = ifd.offset + ifd.count * ENTRY_BYTES + 4;
    tiff.copyWithin(entry, entry + ENTRY_BYTES, end);
    tiff.writeUInt16LE(ifd.count - 1, ifd.offset - 2);
    return;
  }
}
