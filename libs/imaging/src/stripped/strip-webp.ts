import type { Original } from './original.js';

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Flags of VP8X (WebP Container Specification, "Extended File Format"). */
const ANIMATED = 0x02;
const HAS_EXIF = 0x08;
const HAS_ALPHA = 0x10;

/** Chunks that are left out. */
const METADATA = new Set(['ICCP', 'EXIF', 'XMP ']);

interface Chunk {
  name: string;
  data: Buffer;
}

/**
 * Returns a still WebP without its metadata: the coded picture and its alpha, unchanged, and the credits. Whatever else
 * the file contains is left out: EXIF, XMP, profiles, and all that follows the end of the container.
 *
 * @returns null when it would have `limit` bytes or more, and for a file with anything unusual: it is re-encoded then
 */
export function stripWebp(original: Original, credits: Buffer | null, limit: number): Buffer | null {
  const chunks = readChunks(original, limit - HEADER_BYTES - (credits?.length ?? 0));
  if (!chunks) return null;
  const image = chunks.find(({ name }) => name === 'VP8 ' || name === 'VP8L');
  const extended = chunks.find(({ name }) => name === 'VP8X');
  const alpha = chunks.find(({ name }) => name === 'ALPH');
  const plain = [extended, alpha, image].filter((chunk) => chunk !== undefined);
  // Anything repeated, in another order or unknown is unusual.
  if (!image || plain.length !== chunks.length || plain.some((chunk, index) => chunk !== chunks[index]))
    return null;
  const flags = extended?.data[0] ?? 0;
  if ((flags & ANIMATED) !== 0 || (alpha && ((flags & HAS_ALPHA) === 0 || image.name === 'VP8L')))
    return null;
  const hasAlpha = image.name === 'VP8L' ? hasLosslessAlpha(image.data) : alpha !== undefined;
  const stripped = Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'),
    ...(alpha || credits
      ? [extendedHeader(original, (credits ? HAS_EXIF : 0) | (hasAlpha ? HAS_ALPHA : 0))]
      : []),
    ...(alpha ? [chunkOf(alpha)] : []),
    chunkOf(image),
    ...(credits ? [chunkOf({ name: 'EXIF', data: credits })] : []),
  ]);
  stripped.writeUInt32LE(stripped.length - 8, 4);
  return stripped.length < limit ? stripped : null;
}

/** Reads all chunks but metadata. @returns null when they are longer than `limit`, or do not end with their container */
function readChunks({ read, deadline }: Original, limit: number): Chunk[] | null {
  const header = read(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return null;
  const end = 8 + header.readUInt32LE(4);
  const chunks: Chunk[] = [];
  let left = limit;
  for (let at = HEADER_BYTES; at < end;) {
    deadline.check();
    const head = read(at, CHUNK_HEADER_BYTES);
    if (head.length < CHUNK_HEADER_BYTES) return null;
    const name = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    const from = at + CHUNK_HEADER_BYTES;
    if (from + length > end) return null;
    if (!METADATA.has(name)) {
      left -= CHUNK_HEADER_BYTES + length;
      // Checked before the bytes are read: memory stays below the limit.
      if (left <= 0) return null;
      const data = read(from, length);
      if (data.length < length) return null;
      chunks.push({ name, data });
    }
    at = from + length + (length % 2);
  }
  return chunks;
}

/** A flag after the signature and the 14-bit sides (WebP Lossless Bitstream Specification, 3). */
const hasLosslessAlpha = (data: Buffer): boolean => ((data[4] ?? 0) & 0x10) !== 0;

function extendedHeader({ size }: Original, flags: number): Buffer {
  const data = Buffer.alloc(10);
  data[0] = flags;
  data.writeUIntLE(size.width - 1, 4, 3);
  data.writeUIntLE(size.height - 1, 7, 3);
  return chunkOf({ name: 'VP8X', data });
}

function chunkOf({ name, data }: Chunk): Buffer {
  const head = Buffer.alloc(CHUNK_HEADER_BYTES);
  head.write(name, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
