import { PictureFault } from '@darkroom/errors';

/**
 * Unpacks PackBits (TIFF 6.0, section 9).
 *
 * @param row - filled completely
 * @throws PictureFault `corrupt_image` when the codes yield too few bytes, or too many
 */
export function unpackBits(packed: Buffer, row: Buffer): void {
  let to = 0;
  for (let at = 0; at < packed.length && to < row.length;) {
    const code = packed.readInt8(at);
    at += 1;
    if (code >= 0) {
      const count = code + 1;
      if (at + count > packed.length || to + count > row.length) throw new PictureFault('corrupt_image');
      packed.copy(row, to, at, at + count);
      at += count;
      to += count;
    } else if (code !== -128) {
      const count = 1 - code;
      if (at >= packed.length || to + count > row.length) throw new PictureFault('corrupt_image');
      row.fill(packed[at] ?? 0, to, to + count);
      at += 1;
      to += count;
    }
  }
  if (to < row.length) throw new PictureFault('corrupt_image');
}
