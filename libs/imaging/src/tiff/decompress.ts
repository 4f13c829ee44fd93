import { inflateSync, constants, zstdDecompressSync } from 'node:zlib';
import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import { decodeLzw } from './lzw.js';

/** Bytes that zlib may return more than a block needs: some writers fill up the last strip. */
const SURPLUS_BYTES = 2 ** 16;

/**
 * Decompresses one strip or tile. Never returns or allocates much more than the block needs, whatever the data says.
 *
 * @param needed - bytes
 * @param full - bytes of a block that is not cut off at the edge of the picture; at least `needed`
 * @returns at least `needed` bytes
 * @throws PictureFault `corrupt_image`
 */
export function decompress(data: Buffer, compression: number, needed: number, full: number): Uint8Array {
  switch (compression) {
    case 1:
      return atLeast(data, needed);
    case 5: {
      // Files of the first years: the lowest bit first. They begin with a clear code, as all others do.
      if (data[0] === 0 && ((data[1] ?? 0) & 1) === 1)
        throw unsupported('a TIFF with old-style LZW compression');
      const output = new Uint8Array(needed);
      decodeLzw(data, output);
      return output;
    }
    case 32_773:
      return decodePackBits(data, needed);
    case 50_000:
      return atLeast(
        attempt(() => zstdDecompressSync(data, { maxOutputLength: full + SURPLUS_BYTES })),
        needed,
      );
    default:
      return atLeast(
        attempt(() =>
          inflateSync(data, {
            // A stream that lacks only its checksum is complete.
            finishFlush: constants.Z_SYNC_FLUSH,
            maxOutputLength: full + SURPLUS_BYTES,
            chunkSize: Math.max(constants.Z_MIN_CHUNK, needed),
          }),
        ),
        needed,
      );
  }
}

function attempt(decode: () => Buffer): Buffer {
  try {
    return decode();
  } catch (error) {
    throw new PictureFault('corrupt_image', undefined, error);
  }
}

function atLeast(bytes: Uint8Array, needed: number): Uint8Array {
  if (bytes.length < needed) throw new PictureFault('corrupt_image');
  return bytes;
}

/** TIFF 6.0, section 9. */
function decodePackBits(data: Uint8Array, needed: number): Uint8Array {
  const output = new Uint8Array(needed);
  let at = 0;
  let to = 0;
  while (to < needed) {
    const control = data[at];
    if (control === undefined) throw new PictureFault('corrupt_image');
    at += 1;
    if (control < 128) {
      const run = Math.min(control + 1, needed - to);
      if (at + run > data.length) throw new PictureFault('corrupt_image');
      output.set(data.subarray(at, at + run), to);
      at += control + 1;
      to += run;
    } else if (control > 128) {
      const value = data[at];
      if (value === undefined) throw new PictureFault('corrupt_image');
      output.fill(value, to, Math.min(needed, to + 257 - control));
      at += 1;
      to += 257 - control;
    }
  }
  return output;
}
