import type { CodedColour } from './coded-colour.js';
import { BitReader } from './bit-reader.js';

const SEQUENCE_HEADER = 1;
const SIZE_BYTES_MAX = 8;
const UNSPECIFIED = 2;

/**
 * Reads the colours from the sequence header of an AV1 picture (AV1 Bitstream Specification, 5.5).
 *
 * @param data - the beginning of the coded data, or the units in `av1C`
 * @returns null when it contains no sequence header
 * @throws PictureFault `corrupt_image` when the header is cut off
 */
export function readAv1Colour(data: Buffer): CodedColour | null {
  for (let at = 0; at < data.length;) {
    const header = data[at] ?? 0;
    const hasSize = (header & 2) !== 0;
    // A unit with an extension has one more byte of header.
    const sizeAt = at + ((header & 4) === 0 ? 1 : 2);
    const { value: size, end: start } = hasSize
      ? leb128(data, sizeAt)
      : { value: data.length - sizeAt, end: sizeAt };
    if (((header >> 3) & 15) === SEQUENCE_HEADER) {
      return readSequence(new BitReader(data.subarray(start, start + size)));
    }
    at = start + size;
  }
  return null;
}

function leb128(data: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < SIZE_BYTES_MAX; index += 1) {
    const byte = data[start + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (index * 7);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return { value, end: start + SIZE_BYTES_MAX };
}

function readSequence(reader: BitReader): CodedColour {
  const profile = reader.bits(3);
  reader.skip(1);
  const isReduced = reader.flag();
  if (isReduced) reader.skip(5);
  else skipOperatingPoints(reader);
  const widthBits = reader.bits(4) + 1;
  const heightBits = reader.bits(4) + 1;
  reader.skip(widthBits + heightBits);
  // The lengths of frame ids.
  if (!isReduced && reader.flag()) reader.skip(7);
  // Superblocks of 128 pixels, filters within the picture.
  reader.skip(3);
  if (!isReduced) skipTools(reader);
  // Super-resolution, directional filter, restoration.
  reader.skip(3);
  return readColour(reader, profile);
}

function skipOperatingPoints(reader: BitReader): void {
  let delayBits = 0;
  if (reader.flag()) {
    reader.skip(64);
    if (reader.flag()) reader.golomb();
    if (reader.flag()) {
      delayBits = reader.bits(5) + 1;
      reader.skip(42);
    }
  }
  const statesDelay = reader.flag();
  const points = reader.bits(5) + 1;
  for (let point = 0; point < points; point += 1) {
    reader.skip(12);
    // Levels from 4.0 have a tier.
    if (reader.bits(5) > 7) reader.skip(1);
    if (delayBits > 0 && reader.flag()) reader.skip(2 * delayBits + 1);
    if (statesDelay && reader.flag()) reader.skip(4);
  }
}

function skipTools(reader: BitReader): void {
  // Predictions between frames.
  reader.skip(4);
  const ordersFrames = reader.flag();
  if (ordersFrames) reader.skip(2);
  const choosesScreenTools = reader.flag();
  const usesScreenTools = choosesScreenTools || reader.flag();
  // Whether vectors are whole numbers; stated only when no choice is left to each frame.
  if (usesScreenTools && !reader.flag()) reader.skip(1);
  if (ordersFrames) reader.skip(3);
}

/** Reads `color_config` (5.5.2). */
function readColour(reader: BitReader, profile: number): CodedColour {
  const isDeep = reader.flag();
  if (profile === 2 && isDeep) reader.skip(1);
  const isGrey = profile !== 1 && reader.flag();
  const [primaries, transfer, matrix] = reader.flag()
    ? [reader.bits(8), reader.bits(8), reader.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  // RGB of sRGB has no range of its own.
  const isRgb = !isGrey && primaries === 1 && transfer === 13 && matrix === 0;
  return { primaries, transfer, matrix, isFullRange: isRgb || reader.flag() };
}
