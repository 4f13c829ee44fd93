import { ARTIST_TAG, COPYRIGHT_TAG, type Credits } from '../exif-credits.js';
import { ENTRY_BYTES } from '../exif-ifd.js';

const ASCII = 2;
const HEADER_BYTES = 8;

/**
 * Returns an EXIF block with only the credits, in UTF-8 as `writeCredits` writes them; null without credits.
 *
 * @returns `Exif\0\0` and a little-endian TIFF structure (EXIF 2.32, 4.5.2)
 */
export function creditsExif({ artist, copyright }: Credits): Buffer | null {
  const texts = [
    [ARTIST_TAG, artist],
    [COPYRIGHT_TAG, copyright],
  ] as const;
  const present = texts.flatMap(([tag, text]) => (text ? [{ tag, bytes: Buffer.from(`${text}\0`) }] : []));
  if (present.length === 0) return null;
  const directory = Buffer.alloc(2 + present.length * ENTRY_BYTES + 4);
  directory.writeUInt16LE(present.length, 0);
  const values: Buffer[] = [];
  let valueAt = HEADER_BYTES + directory.length;
  for (const [index, { tag, bytes }] of present.entries()) {
    const entry = 2 + index * ENTRY_BYTES;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(ASCII, entry + 2);
    directory.writeUInt32LE(bytes.length, entry + 4);
    // A value of up to four bytes is in the entry itself.
    if (bytes.length <= 4) bytes.copy(directory, entry + 8);
    else {
      directory.writeUInt32LE(valueAt, entry + 8);
      values.push(bytes);
      valueAt += bytes.length;
    }
  }
  return Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1'), directory, ...values]);
}
