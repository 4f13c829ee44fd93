import { BoxReader } from './box-reader.js';
import { BitReader } from './bit-reader.js';
import type { CodedColour } from './coded-colour.js';

const SEQUENCE_PARAMETERS = 33;
/** Bytes of `hvcC` before its arrays of units. */
const ARRAYS_AT = 22;
const UNSPECIFIED = 2;
const EXTENDED_ASPECT_RATIO = 255;

/**
 * Reads the colours from the sequence parameter set of a HEVC picture (ITU-T H.265, 7.3.2.2 and E.2.1).
 *
 * @param configuration - content of the `hvcC` property (ISO/IEC 14496-15, 8.3.2.1)
 * @returns null when it names no colours
 * @throws PictureFault `corrupt_image` when it is cut off
 */
export function readHevcColour(configuration: Buffer): CodedColour | null {
  const reader = new BoxReader(configuration);
  reader.take(ARRAYS_AT);
  const arrays = reader.uint(1);
  for (let array = 0; array < arrays; array += 1) {
    const type = reader.uint(1) & 63;
    const units = reader.uint(2);
    for (let index = 0; index < units; index += 1) {
      const unit = reader.take(reader.uint(2));
      if (type === SEQUENCE_PARAMETERS) return readSequence(new BitReader(withoutEscapes(unit)));
    }
  }
  return null;
}

/** Removes the 3 that follows two zero bytes (7.4.2). */
function withoutEscapes(unit: Buffer): Buffer {
  const kept: number[] = [];
  let zeros = 0;
  for (const byte of unit) {
    const isEscape = zeros >= 2 && byte === 3;
    if (!isEscape) kept.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(kept);
}

function readSequence(reader: BitReader): CodedColour | null {
  reader.skip(16 + 4);
  const subLayers = reader.bits(3);
  reader.skip(1);
  skipProfile(reader, subLayers);
  reader.golomb();
  // 3 is 4:4:4, with a flag for separate planes.
  if (reader.golomb() === 3) reader.skip(1);
  skipCodes(reader, 2);
  // The window of the picture.
  if (reader.flag()) skipCodes(reader, 4);
  skipCodes(reader, 2);
  const orderBits = reader.golomb() + 4;
  skipCodes(reader, 3 * (reader.flag() ? subLayers + 1 : 1));
  skipCodes(reader, 6);
  if (reader.flag() && reader.flag()) skipScalingLists(reader);
  reader.skip(2);
  skipPulseCode(reader);
  skipReferenceSets(reader);
  if (reader.flag()) reader.skip(reader.golomb() * (orderBits + 1));
  reader.skip(2);
  return reader.flag() ? readUsability(reader) : null;
}

function skipCodes(reader: BitReader, count: number): void {
  for (let index = 0; index < count; index += 1) reader.golomb();
}

/** `profile_tier_level` (7.3.3). */
function skipProfile(reader: BitReader, subLayers: number): void {
  reader.skip(96);
  if (subLayers === 0) return;
  let bits = 0;
  for (let layer = 0; layer < 8; layer += 1) {
    const statesProfile = reader.flag();
    const statesLevel = reader.flag();
    if (layer < subLayers) bits += (statesProfile ? 88 : 0) + (statesLevel ? 8 : 0);
  }
  reader.skip(bits);
}

/** `scaling_list_data` (7.3.4). */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      const isStated = reader.flag();
      const coefficients = Math.min(64, 1 << (4 + size * 2));
      skipCodes(reader, isStated ? coefficients + (size > 1 ? 1 : 0) : 1);
    }
  }
}

function skipPulseCode(reader: BitReader): void {
  if (!reader.flag()) return;
  reader.skip(8);
  skipCodes(reader, 2);
  reader.skip(1);
}

/** `st_ref_pic_set` (7.3.7), for every set. */
function skipReferenceSets(reader: BitReader): void {
  const sets = reader.golomb();
  let pictures = 0;
  for (let set = 0; set < sets; set += 1) {
    if (set > 0 && reader.flag()) {
      reader.skip(1);
      reader.golomb();
      pictures = countPredicted(reader, pictures);
    } else {
      pictures = reader.golomb() + reader.golomb();
      for (let picture = 0; picture < pictures; picture += 1) {
        reader.golomb();
        reader.skip(1);
      }
    }
  }
}

/** Reads which pictures of the previous set, and that set itself, a set contains. */
function countPredicted(reader: BitReader, previous: number): number {
  let pictures = 0;
  for (let picture = 0; picture <= previous; picture += 1) {
    const isUsed = reader.flag();
    if (isUsed || reader.flag()) pictures += 1;
  }
  return pictures;
}

/** The beginning of `vui_parameters` (E.2.1). */
function readUsability(reader: BitReader): CodedColour | null {
  if (reader.flag() && reader.bits(8) === EXTENDED_ASPECT_RATIO) reader.skip(32);
  // Overscan.
  if (reader.flag()) reader.skip(1);
  if (!reader.flag()) return null;
  reader.skip(3);
  const isFullRange = reader.flag();
  const [primaries, transfer, matrix] = reader.flag()
    ? [reader.bits(8), reader.bits(8), reader.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  return { primaries, transfer, matrix, isFullRange };
}
