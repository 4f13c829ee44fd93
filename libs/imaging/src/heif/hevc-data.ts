import { PictureFault } from '@darkroom/errors';
import type { HeifItem } from './heif-meta.js';

/**
 * Compares the coded data of an item with what HEVC allows, and refuses the remains of an interrupted download:
 * libde265 decodes a picture whose second half is zeros to a half-grey one without a warning.
 *
 * No unit may contain two zero bytes followed by a byte below 3, because the encoder inserts a 3 between them (ITU-T
 * H.265, 7.4.2). A few zeros at the end of a unit pass as padding.
 *
 * @param file - the whole file
 * @throws PictureFault `corrupt_image`
 */
export function checkHevcData(file: Buffer, item: HeifItem): void {
  const configuration = item.properties.find(({ type }) => type === 'hvcC')?.content;
  if (!configuration || configuration.length < 23 || !item.extents) throw new PictureFault('corrupt_image');
  const lengthSize = (configuration.readUInt8(21) & 3) + 1;
  const parts = item.extents.map(({ offset, length }) => file.subarray(offset, offset + length));
  const [first] = parts;
  const data = first && parts.length === 1 ? first : Buffer.concat(parts);
  if (data.length === 0) throw new PictureFault('corrupt_image');
  for (let at = 0; at < data.length;) {
    if (at + lengthSize > data.length) throw new PictureFault('corrupt_image');
    const start = at + lengthSize;
    const end = start + data.readUIntBE(at, lengthSize);
    if (end > data.length || !isSound(data.subarray(start, end))) throw new PictureFault('corrupt_image');
    at = end;
  }
}

const ZEROS = Buffer.alloc(2);
/** Bytes. No known encoder pads at all. */
const PADDING_MAX = 4;

function isSound(unit: Buffer): boolean {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end -= 1;
  if (end < 2 || unit.length - end > PADDING_MAX) return false;
  for (let at = unit.indexOf(ZEROS); at !== -1 && at < end; at = unit.indexOf(ZEROS, at + 1)) {
    if ((unit[at + 2] ?? 3) < 3) return false;
  }
  return true;
}
