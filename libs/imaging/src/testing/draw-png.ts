import { crc32 } from 'node:zlib';

/** The signature and IHDR, which come first. */
const HEADER_BYTES = 8 + 25;

/** Draws a chunk with its checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** Inserts chunks after the header of a PNG. */
export function withChunks(png: Buffer, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, HEADER_BYTES), ...chunks, png.subarray(HEADER_BYTES)]);
}

export const cicp = (primaries: number, transfer: number, matrix = 0, fullRange = 1) =>
  pngChunk('cICP', Buffer.from([primaries, transfer, matrix, fullRange]));
export const srgbChunk = () => pngChunk('sRGB', Buffer.from([0]));
/** @param encoding - the exponent that encodes light, e.g. 1 / 2.2 */
export const gama = (encoding: number) => pngChunk('gAMA', u32s(encoding));
/** @param points - x and y of white, red, green and blue */
export const chrm = (...points: readonly number[]) => pngChunk('cHRM', u32s(...points));

function u32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(Math.round(value * 100_000), index * 4);
  return bytes;
}
