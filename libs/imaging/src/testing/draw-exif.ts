/** Texts by tag, or bytes of type UNDEFINED. */
export type ExifTags = Record<number, string | Buffer>;

const ASCII = 2;
const LONG = 4;
const UNDEFINED = 7;
const EXIF_IFD_TAG = 0x8769;

/**
 * Draws the TIFF structure of an EXIF block, with texts that no encoder would write.
 *
 * @param first - tags of IFD0
 * @param second - tags of the EXIF directory; without tags there is no directory
 * @param pointer - replaces the correct pointer to that directory
 */
export function drawExif(first: ExifTags, second: ExifTags = {}, pointer?: number): Buffer {
  const hasSecond = Object.keys(second).length > 0;
  const firstAt = 8;
  // The length is known before the offset.
  const length = drawDirectory(first, firstAt, hasSecond ? 0 : null).length;
  const secondAt = firstAt + length;
  const head = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  return Buffer.concat([
    head,
    drawDirectory(first, firstAt, hasSecond ? (pointer ?? secondAt) : null),
    ...(hasSecond ? [drawDirectory(second, secondAt, null)] : []),
  ]);
}

function drawDirectory(tags: ExifTags, start: number, exifIfd: number | null): Buffer {
  const entries = Object.entries(tags).map(([tag, value]) => ({
    tag: Number(tag),
    type: typeof value === 'string' ? ASCII : UNDEFINED,
    value: typeof value === 'string' ? Buffer.from(`${value}\0`) : value,
  }));
  const count = entries.length + (exifIfd === null ? 0 : 1);
  const directory = Buffer.alloc(2 + count * 12 + 4);
  directory.writeUInt16LE(count, 0);
  let at = start + directory.length;
  const values: Buffer[] = [];
  const write = (index: number, tag: number, type: number, length: number) => {
    directory.writeUInt16LE(tag, 2 + index * 12);
    directory.writeUInt16LE(type, 4 + index * 12);
    directory.writeUInt32LE(length, 6 + index * 12);
    return 10 + index * 12;
  };
  for (const [index, { tag, type, value }] of entries.entries()) {
    const place = write(index, tag, type, value.length);
    if (value.length <= 4) {
      value.copy(directory, place);
      continue;
    }
    directory.writeUInt32LE(at, place);
    values.push(value);
    at += value.length;
  }
  if (exifIfd !== null) {
    directory.writeUInt32LE(exifIfd, write(entries.length, EXIF_IFD_TAG, LONG, 1));
  }
  return Buffer.concat([directory, ...values]);
}
