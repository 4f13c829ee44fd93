import { fstatSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { readAt } from '../read-at.js';
import { unsupported } from '../unsupported.js';
import { Bytes } from './bytes.js';

/** Colour modes (Adobe Photoshop File Formats Specification, November 2019). */
export const MODE = { bitmap: 0, grey: 1, indexed: 2, rgb: 3, cmyk: 4, duotone: 8, lab: 9 } as const;

/** Channels of colour by mode; Photoshop shows a duotone without its inks as grey. */
const COLOURS: Record<number, 1 | 3 | 4> = {
  [MODE.bitmap]: 1,
  [MODE.grey]: 1,
  [MODE.indexed]: 1,
  [MODE.rgb]: 3,
  [MODE.cmyk]: 4,
  [MODE.duotone]: 1,
  [MODE.lab]: 3,
};

/** The header of a PSD or PSB file, as far as its composite needs it. */
export interface PsdHeader {
  /** PSB: its lengths have 64 bits, or 32 instead of 16. */
  large: boolean;
  width: number;
  height: number;
  /** All stored channels: colours, alpha and saved selections. */
  stored: number;
  /** Channels of colour. */
  colours: 1 | 3 | 4;
  /** Whether the channel after the colours is the transparency of the composite. */
  hasAlpha: boolean;
  depth: 1 | 8 | 16;
  mode: number;
  /** Colours of an indexed document: 256 bytes each of red, green and blue. */
  palette: Buffer;
  /** The transparent index, or -1. */
  transparentIndex: number;
  icc?: Buffer | undefined;
  exif?: Buffer | undefined;
  xmp?: Buffer | undefined;
  iptc?: Buffer | undefined;
  /** Offset of the composite: the compression, and the pixels. */
  compositeAt: number;
}

const HEADER_BYTES = 26;
/** The previews and profiles among the resources of a document; 1 MB is much. */
const RESOURCES_MAX_BYTES = 32 * 2 ** 20;
const CHANNELS_MAX = 56;
/** Resources by their number. */
const IPTC = 1028;
const ICC = 1039;
const TRANSPARENT_INDEX = 1047;
const ALPHA_IDENTIFIERS = 1053;
const VERSION_INFO = 1057;
const EXIF = 1058;
const XMP = 1060;
/** Blocks that mark the first extra channel as the transparency of a document with 8, 16 or 32 bits. */
const MERGED_TRANSPARENCY = new Set(['Mtrn', 'Mt16', 'Mt32']);
/** Blocks of PSB whose length has 64 bits. */
const LONG_BLOCKS = new Set('LMsk Lr16 Lr32 Layr Mt16 Mt32 Mtrn Alph FMsk lnk2 FEid FXid PxSD'.split(' '));

/**
 * Reads the sections before the composite of a Photoshop document.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export function readPsdHeader(fd: number): PsdHeader {
  const head = new Bytes(readAt(fd, 0, HEADER_BYTES));
  const large = head.u16be(4) === 2;
  const shape = readShape(head);
  const colourMode = readSection(fd, HEADER_BYTES, 4);
  const resourceSection = readSection(fd, colourMode.end, 4);
  const resources = parseResources(resourceSection.content);
  const layersAt = resourceSection.end;
  const layersLength = readLength(fd, layersAt, large ? 8 : 4);
  const compositeAt = layersAt + (large ? 8 : 4) + layersLength;
  if (compositeAt + 2 > fstatSync(fd).size) throw new PictureFault('corrupt_image');
  // Photoshop's "Maximize compatibility" writes a composite; without it, there are only layers.
  if (resources.get(VERSION_INFO)?.[4] === 0) throw unsupported('a Photoshop document without a composite');
  const index = resources.get(TRANSPARENT_INDEX);
  if (shape.mode === MODE.indexed && colourMode.content.length < 768) throw new PictureFault('corrupt_image');
  return {
    large,
    ...shape,
    hasAlpha: shape.stored > shape.colours && isTransparency(fd, layersAt, layersLength, large, resources),
    palette: colourMode.content.buffer,
    transparentIndex: index !== undefined && index.length >= 2 ? index.readUInt16BE(0) : -1,
    icc: resources.get(ICC),
    exif: resources.get(EXIF),
    xmp: resources.get(XMP),
    iptc: resources.get(IPTC),
    compositeAt,
  };
}

function readShape(
  head: Bytes,
): Pick<PsdHeader, 'width' | 'height' | 'stored' | 'colours' | 'depth' | 'mode'> {
  const [stored, height, width] = [head.u16be(12), head.u32be(14), head.u32be(18)];
  const [depth, mode] = [head.u16be(22), head.u16be(24)];
  if (mode === 7) throw unsupported('a Photoshop document of separate channels');
  const colours = COLOURS[mode];
  if (colours === undefined || stored < colours || stored > CHANNELS_MAX)
    throw new PictureFault('corrupt_image');
  if (depth === 32) throw unsupported('a Photoshop document with 32 bits a channel');
  if (depth !== 8 && depth !== 16 && depth !== 1) throw new PictureFault('corrupt_image');
  if ((mode === MODE.bitmap) !== (depth === 1) || (mode === MODE.indexed && depth !== 8)) {
    throw new PictureFault('corrupt_image');
  }
  return { width, height, stored, colours, depth, mode };
}

/** @param size - bytes of the length in front of the section: 4 or 8 */
function readLength(fd: number, at: number, size: 4 | 8): number {
  const bytes = new Bytes(readAt(fd, at, size));
  return size === 8 ? bytes.u64be(0) : bytes.u32be(0);
}

function readSection(fd: number, at: number, size: 4 | 8): { content: Bytes; end: number } {
  const length = readLength(fd, at, size);
  if (length > RESOURCES_MAX_BYTES) throw unsupported('a Photoshop file with more than 32 MiB of resources');
  const content = readAt(fd, at + size, length);
  if (content.length < length) throw new PictureFault('corrupt_image');
  return { content: new Bytes(content), end: at + size + length };
}

function parseResources(section: Bytes): Map<number, Buffer> {
  const resources = new Map<number, Buffer>();
  // A type of four letters, a number, a name with its length in one byte, the length; all padded to even lengths.
  for (let at = 0; at + 12 <= section.length;) {
    const id = section.u16be(at + 4);
    const nameBytes = 1 + section.u8(at + 6);
    const lengthAt = at + 6 + nameBytes + (nameBytes % 2);
    const length = section.u32be(lengthAt);
    resources.set(id, section.slice(lengthAt + 4, length));
    at = lengthAt + 4 + length + (length % 2);
  }
  return resources;
}

/**
 * Whether the first extra channel is the transparency of the composite, and not a saved selection: a negative number of
 * layers marks it, or a block of its own; or there are neither layers nor named selections.
 */
function isTransparency(
  fd: number,
  layersAt: number,
  layersLength: number,
  large: boolean,
  resources: ReadonlyMap<number, Buffer>,
): boolean {
  const size = large ? 8 : 4;
  const from = layersAt + size;
  const infoLength = layersLength < size ? 0 : readLength(fd, from, size);
  const count = infoLength < 2 ? 0 : new Bytes(readAt(fd, from + size, 2)).i16be(0);
  if (count !== 0) return count < 0;
  if (hasTransparencyBlock(fd, from + size + infoLength, from + layersLength, large)) return true;
  const identifiers = resources.get(ALPHA_IDENTIFIERS);
  if (identifiers === undefined || identifiers.length < 4) return true;
  return identifiers.readUInt32BE(0) === 0;
}

/** Searches the blocks after the layers and the global mask. */
function hasTransparencyBlock(fd: number, start: number, end: number, large: boolean): boolean {
  if (start + 4 > end) return false;
  let at = start + 4 + readLength(fd, start, 4);
  for (let blocks = 0; blocks < 1000 && at + 12 <= end; blocks += 1) {
    const key = readAt(fd, at + 4, 4).toString('latin1');
    if (MERGED_TRANSPARENCY.has(key)) return true;
    const size = large && LONG_BLOCKS.has(key) ? 8 : 4;
    const length = readLength(fd, at + 8, size);
    at += 8 + size + length + ((4 - (length % 4)) % 4);
  }
  return false;
}
