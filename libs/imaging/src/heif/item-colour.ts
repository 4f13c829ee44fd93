import { PictureFault } from '@darkroom/errors';
import type { NamedColour } from '../named-colour.js';
import { readAt } from '../read-at.js';
import { readAv1Colour } from './av1-header.js';
import { BoxReader } from './box-reader.js';
import type { CodedColour } from './coded-colour.js';
import type { HeifItem } from './heif-meta.js';
import { readHevcColour } from './hevc-header.js';

/** The colours of a picture, as its container or its coded data states them. */
export interface ItemColour {
  /** ICC profile, or null. */
  icc: Buffer | null;
  /** Null with an ICC profile, and when neither the container nor the coded data names colours. */
  named: NamedColour | null;
  /**
   * Whether luma extends over all values of its bits. It does when nothing is stated (ISO/IEC 23000-22).
   */
  isFullRange: boolean;
  /** `matrix_coefficients` (ITU-T H.273, 8.3); 2 when not stated. */
  matrix: number;
}

/** How a picture stores its samples. */
export interface SampleFormat {
  /** Bits of luma. */
  bits: number;
  /** Whether it has only luma (4:0:0). */
  isGrey: boolean;
}

/** A sequence header is among the first units of the data, and has a few dozen bytes. */
const HEADER_BYTES = 1024;
const UNSPECIFIED = 2;

/**
 * Reads the colours of a picture. What `nclx` states takes precedence over the coded data (ISO/IEC 14496-12, 12.1.5).
 *
 * @param fd - an open file; stays open
 * @param item - the primary picture, whose own properties take precedence
 * @param coded - its coded data, or the first tile of a grid
 */
export function readItemColour(fd: number, item: HeifItem, coded: HeifItem): ItemColour {
  const stated = statedColour(item) ?? statedColour(coded);
  return toItemColour(stated?.icc ?? null, stated?.named ?? readCodedColour(fd, coded));
}

/** @throws PictureFault `corrupt_image` without a decoder configuration */
export function readSampleFormat(coded: HeifItem): SampleFormat {
  const hevc = propertyContent(coded, 'hvcC');
  const av1 = propertyContent(coded, 'av1C');
  if (hevc && hevc.length >= 23) {
    return { bits: 8 + (hevc.readUInt8(17) & 7), isGrey: (hevc.readUInt8(16) & 3) === 0 };
  }
  if (av1 && av1.length >= 4) {
    const flags = av1.readUInt8(2);
    const deep = (flags & 0x20) === 0 ? 10 : 12;
    return { bits: (flags & 0x40) === 0 ? 8 : deep, isGrey: (flags & 0x10) !== 0 };
  }
  throw new PictureFault('corrupt_image');
}

function toItemColour(icc: Buffer | null, colour: CodedColour | null): ItemColour {
  const { primaries = UNSPECIFIED, transfer = UNSPECIFIED, matrix = UNSPECIFIED, isFullRange } = colour ?? {};
  const isNamed = icc === null && (primaries !== UNSPECIFIED || transfer !== UNSPECIFIED);
  const named = isNamed ? { primaries, transfer } : null;
  return { icc, named, isFullRange: isFullRange ?? true, matrix };
}

/** Reads `colr`. A picture can have both kinds: the profile then says the colours, and `nclx` the range. */
function statedColour(item: HeifItem): { icc: Buffer | null; named: CodedColour | null } | null {
  let icc: Buffer | null = null;
  let named: CodedColour | null = null;
  for (const { type, content } of item.properties) {
    if (type !== 'colr') continue;
    const reader = new BoxReader(content);
    const kind = reader.type();
    if (kind === 'prof' || kind === 'rICC') icc ??= reader.take(reader.left);
    if (kind === 'nclx' && !named) {
      const [primaries, transfer, matrix] = [reader.uint(2), reader.uint(2), reader.uint(2)];
      named = { primaries, transfer, matrix, isFullRange: reader.uint(1) >= 0x80 };
    }
  }
  return icc === null && named === null ? null : { icc, named };
}

/** Null also for data that cannot be read: the decoder decides whether it is damaged. */
function readCodedColour(fd: number, item: HeifItem): CodedColour | null {
  const hevc = propertyContent(item, 'hvcC');
  try {
    if (hevc) return readHevcColour(hevc);
    const [first] = item.extents ?? [];
    return first ? readAv1Colour(readAt(fd, first.offset, Math.min(first.length, HEADER_BYTES))) : null;
  } catch (error) {
    if (error instanceof PictureFault) return null;
    throw error;
  }
}

function propertyContent(item: HeifItem, wanted: string): Buffer | undefined {
  return item.properties.find(({ type }) => type === wanted)?.content;
}
