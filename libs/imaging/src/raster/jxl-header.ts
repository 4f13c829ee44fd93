import { PictureFault } from '@darkroom/errors';
import type { NamedColour } from '../named-colour.js';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import { BitReader } from './bit-reader.js';

/** The image header of a JPEG XL codestream (ISO/IEC 18181-1, annex D), as far as a picture needs it. */
export interface JxlHeader extends Size {
  /** As EXIF numbers it, 1 to 8. The size is that before the turn. */
  orientation: number;
  isGrey: boolean;
  hasAlpha: boolean;
  /** Whether a channel of black belongs to the colours, as in CMYK. */
  hasBlack: boolean;
  /** Whether the colours are stored in the codec's own space, and the decoder chooses what it yields. */
  isXyb: boolean;
  /** Whether only the profile in the codestream describes the colours. */
  hasProfile: boolean;
  /** The colours that it names; null for sRGB, and for a profile. */
  colour: NamedColour | null;
}

const ALPHA = 0;
const SPOT_COLOUR = 2;
const BLACK = 4;
const CFA = 5;
const EXTRA_CHANNELS_MAX = 64;
const GREY = 1;
const XYB = 2;
const CUSTOM = 2;
const SRGB_PRIMARIES = 1;
const P3_PRIMARIES = 11;
const SRGB_TRANSFER = 13;
type Point = readonly [x: number, y: number];
/** The white points by their number: D65, E, and that of film projectors. */
const WHITES: Record<number, Point> = { 1: [0.3127, 0.329], 10: [1 / 3, 1 / 3], 11: [0.314, 0.351] };
const D65 = 1;
/** The primaries by their number: sRGB, BT.2100, P3. */
const PRIMARIES: Record<number, readonly [Point, Point, Point]> = {
  1: [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ],
  9: [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ],
  11: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
};
/** Display P3 in ITU-T H.273, with the white point D65. */
const H273_P3 = 12;

/**
 * Parses the header.
 *
 * @param codestream - its first bytes, with the signature
 * @throws PictureFault `corrupt_image` when the header is longer than the bytes, or not valid; `unsupported_format`
 */
export function parseJxlHeader(codestream: Buffer): JxlHeader {
  if (codestream[0] !== 0xff || codestream[1] !== 0x0a) throw new PictureFault('corrupt_image');
  const reader = new BitReader(codestream, 2);
  const header: JxlHeader = {
    ...readSize(reader),
    orientation: 1,
    isGrey: false,
    hasAlpha: false,
    hasBlack: false,
    isXyb: true,
    hasProfile: false,
    colour: null,
  };
  // All values have their defaults.
  if (reader.bool()) return header;
  if (reader.bool()) header.orientation = readExtraFields(reader);
  readBitDepth(reader);
  reader.skip(1);
  const extraChannels = reader.u32([0, 0], [0, 1], [4, 2], [12, 1]);
  if (extraChannels > EXTRA_CHANNELS_MAX) throw unsupported('a JPEG XL with more than 64 extra channels');
  for (let index = 0; index < extraChannels; index += 1) {
    const type = readExtraChannel(reader);
    header.hasAlpha ||= type === ALPHA;
    header.hasBlack ||= type === BLACK;
  }
  header.isXyb = reader.bool();
  return { ...header, ...readColour(reader) };
}

/** The width can be a ratio to the height. */
const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function readSize(reader: BitReader): Size {
  const isSmall = reader.bool();
  const side = () => (isSmall ? (reader.bits(5) + 1) * 8 : reader.u32([9, 1], [13, 1], [18, 1], [30, 1]));
  const height = side();
  const ratio = RATIOS[reader.bits(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side(), height };
}

/** @returns the orientation */
function readExtraFields(reader: BitReader): number {
  const orientation = 1 + reader.bits(3);
  if (reader.bool()) readSize(reader);
  if (reader.bool()) readPreview(reader);
  if (reader.bool()) {
    // The animation's clock, its loops, and whether frames have time codes.
    reader.u32([0, 100], [0, 1000], [10, 1], [30, 1]);
    reader.u32([0, 1], [0, 1001], [8, 1], [10, 1]);
    reader.u32([0, 0], [3, 0], [16, 0], [32, 0]);
    reader.skip(1);
  }
  return orientation;
}

function readPreview(reader: BitReader): void {
  const isSmall = reader.bool();
  const side = () =>
    isSmall
      ? reader.u32([0, 16], [0, 32], [5, 1], [9, 33])
      : reader.u32([6, 1], [8, 65], [10, 321], [12, 1345]);
  side();
  if (reader.bits(3) === 0) side();
}

function readBitDepth(reader: BitReader): void {
  const isFloat = reader.bool();
  if (isFloat) {
    reader.u32([0, 32], [0, 16], [0, 24], [6, 1]);
    reader.skip(4);
  } else reader.u32([0, 8], [0, 10], [0, 12], [6, 1]);
}

/** @returns its type */
function readExtraChannel(reader: BitReader): number {
  if (reader.bool()) return ALPHA;
  const type = reader.enum();
  readBitDepth(reader);
  reader.u32([0, 0], [0, 3], [0, 4], [3, 1]);
  const nameBytes = reader.u32([0, 0], [4, 0], [5, 16], [10, 48]);
  reader.skip(nameBytes * 8);
  // Whether alpha is premultiplied: the decoder divides it back.
  if (type === ALPHA) reader.skip(1);
  if (type === SPOT_COLOUR) reader.skip(4 * 16);
  if (type === CFA) reader.u32([0, 1], [2, 0], [4, 3], [8, 19]);
  return type;
}

function readColour(reader: BitReader): Pick<JxlHeader, 'isGrey' | 'hasProfile' | 'colour'> {
  if (reader.bool()) return { isGrey: false, hasProfile: false, colour: null };
  const hasProfile = reader.bool();
  const space = reader.enum();
  const isGrey = space === GREY;
  if (hasProfile || space === XYB) return { isGrey, hasProfile, colour: null };
  const white = reader.enum();
  const whitePoint = white === CUSTOM ? readPoint(reader) : WHITES[white];
  const number = isGrey ? SRGB_PRIMARIES : reader.enum();
  const points =
    number === CUSTOM
      ? ([readPoint(reader), readPoint(reader), readPoint(reader)] as const)
      : PRIMARIES[number];
  const transfer = readTransfer(reader);
  if (!points || !whitePoint) throw new PictureFault('corrupt_image');
  const isSrgb = white === D65 && number === SRGB_PRIMARIES && transfer === SRGB_TRANSFER;
  const [red, green, blue] = points;
  const isNumbered = white === D65 && number !== CUSTOM;
  const primaries = isNumbered
    ? number === P3_PRIMARIES
      ? H273_P3
      : number
    : { red, green, blue, white: whitePoint };
  return { isGrey, hasProfile, colour: isSrgb ? null : { primaries, transfer } };
}

/** Reads millionths, whose lowest bit is the sign. */
function readPoint(reader: BitReader): Point {
  const axis = () => {
    const packed = reader.u32([19, 0], [19, 2 ** 19], [20, 2 ** 20], [21, 2 ** 21]);
    return (packed % 2 === 0 ? packed / 2 : -(packed + 1) / 2) / 1_000_000;
  };
  return [axis(), axis()];
}

/** The numbers are those of H.273; an exponent, in ten-millionths, makes a sample from light. */
function readTransfer(reader: BitReader): NamedColour['transfer'] {
  if (!reader.bool()) return reader.enum();
  const exponent = reader.bits(24);
  if (exponent === 0) throw new PictureFault('corrupt_image');
  return { gamma: 10_000_000 / exponent };
}
