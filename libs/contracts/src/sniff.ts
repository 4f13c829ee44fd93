import type { OriginalContentType } from './recipe.js';

/** The number of bytes from the start of a file that `sniff` reads at most. */
export const SNIFF_BYTES = 4096;

const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'hevm', 'hevs']);
/** Brands that name the HEIF container alone; the codec follows among the compatible brands. */
const CONTAINER_BRANDS = new Set(['mif1', 'msf1']);

/**
 * Finds the content type of a picture by its first bytes, never by a name or a header.
 *
 * @param head - the first bytes of the file; `SNIFF_BYTES` are enough, the whole file when it is shorter
 * @returns null for anything but the input formats: SVG, PDF, other ISO media, zero bytes
 */
export function sniff(head: Uint8Array): OriginalContentType | null {
  const bytes = head.subarray(0, SNIFF_BYTES);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  const magic = ascii(bytes, 0, 6);
  if (magic === 'GIF87a' || magic === 'GIF89a') return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  if (isTiff(bytes)) return 'image/tiff';
  return sniffIsoMedia(bytes);
}

/** 42 is the classic TIFF, 43 BigTIFF; each in little (II) and big (MM) endian. */
function isTiff(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, [0x49, 0x49, 0x2a, 0]) ||
    startsWith(bytes, [0x4d, 0x4d, 0, 0x2a]) ||
    startsWith(bytes, [0x49, 0x49, 0x2b, 0]) ||
    startsWith(bytes, [0x4d, 0x4d, 0, 0x2b])
  );
}

/** Reads the `ftyp` box (ISO/IEC 14496-12, 4.3) that begins every AVIF and HEIC file. */
function sniffIsoMedia(bytes: Uint8Array): OriginalContentType | null {
  if (bytes.length < 16 || ascii(bytes, 4, 4) !== 'ftyp') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size32 = view.getUint32(0);
  // Size 1 says that a 64-bit size follows the type, size 0 that the box reaches to the end of the file.
  const header = size32 === 1 ? 16 : 8;
  if (bytes.length < header + 8) return null;
  const size = size32 === 1 ? Number(view.getBigUint64(8)) : size32 === 0 ? bytes.length : size32;
  if (size < header + 8) return null;

  const major = ascii(bytes, header, 4);
  if (AVIF_BRANDS.has(major)) return 'image/avif';
  if (HEIC_BRANDS.has(major)) return 'image/heic';
  if (!CONTAINER_BRANDS.has(major)) return null;

  const compatible: string[] = [];
  const end = Math.min(size, bytes.length);
  for (let at = header + 8; at + 4 <= end; at += 4) compatible.push(ascii(bytes, at, 4));
  if (compatible.some((brand) => AVIF_BRANDS.has(brand))) return 'image/avif';
  if (compatible.some((brand) => HEIC_BRANDS.has(brand))) return 'image/heic';
  return null;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, at) => bytes[at] === byte);
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
