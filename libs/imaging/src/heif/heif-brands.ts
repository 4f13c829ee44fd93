/** Brands of image sequences (ISO/IEC 23008-12, 10.3; the AV1 image file format, 6.3). */
export const SEQUENCES = new Set(['msf1', 'hevc', 'hevx', 'hevm', 'hevs', 'avis']);

/**
 * Returns the brands of a file: the major one first, then the compatible ones.
 *
 * @param file - begins with an `ftyp` box; not necessarily whole
 */
export function brandsOf(file: Buffer): { brand: string; offset: number }[] {
  if (file.length < 16) return [];
  // A size of 1 means that a 64-bit size follows the type.
  const start = file.readUInt32BE(0) === 1 ? 16 : 8;
  const size = start === 16 ? Number(file.readBigUInt64BE(8)) : file.readUInt32BE(0);
  const offsets = [start];
  // The minor version follows the major brand.
  for (let at = start + 8; at + 4 <= Math.min(size, file.length); at += 4) offsets.push(at);
  return offsets.map((offset) => ({ brand: file.toString('latin1', offset, offset + 4), offset }));
}
