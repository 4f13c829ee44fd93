import { PictureFault } from '@darkroom/errors';
import { BoxReader } from '../heif/box-reader.js';
import { readAt } from '../read-at.js';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import { Bytes } from './bytes.js';
import { type BoxPlace, listBoxes, readBox } from './iso-boxes.js';

/** What the container and the codestream of a JPEG 2000 state (ISO/IEC 15444-1, annexes A and I). */
export interface Jp2Header extends Size {
  /** Whether the file is a codestream without a container. */
  isRaw: boolean;
  /** Offset of the codestream. */
  codestreamAt: number;
  isGrey: boolean;
  hasAlpha: boolean;
  icc?: Buffer | undefined;
  exif?: Buffer | undefined;
  xmp?: Buffer | undefined;
}

/** Profiles have up to two megabytes. */
const HEADER_BOX_MAX_BYTES = 8 * 2 ** 20;
const METADATA_MAX_BYTES = 2 ** 20;
/** SIZ, with three bytes for each of its components. */
const SIZ_BYTES = 42;
const COMPONENTS_MAX = 64;
const BITS_MAX = 16;
/** Enumerated colour spaces: CMYK, CIELab, and those that the decoder converts or leaves as they are. */
const UNSUPPORTED_SPACES: Record<number, string> = { 12: 'CMYK', 14: 'CIELab', 13: 'YCCK', 24: 'e-sYCC' };
const RESTRICTED_ICC = 2;
const ANY_ICC = 3;
const OPACITY = 1;
const PREMULTIPLIED_OPACITY = 2;
const WHOLE_PICTURE = 0;
/** The identifiers of the boxes that hold XMP and EXIF. */
const XMP_UUID = 'be7acfcb97a942e89c71999491e3afac';
const EXIF_UUID = Buffer.from('JpgTiffExif->JP2', 'latin1').toString('hex');

/**
 * Reads the header of a JPEG 2000 file.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export function readJp2Header(fd: number): Jp2Header {
  if (readAt(fd, 0, 2).readUInt8(0) === 0xff) {
    const { components, ...size } = readSize(fd, 0);
    return { isRaw: true, codestreamAt: 0, ...size, isGrey: components <= 2, hasAlpha: false };
  }
  const boxes = listBoxes(fd);
  const headerBox = boxes.find(({ type }) => type === 'jp2h');
  const codestream = boxes.find(({ type }) => type === 'jp2c');
  if (!headerBox || !codestream || headerBox.length > HEADER_BOX_MAX_BYTES)
    throw new PictureFault('corrupt_image');
  const { components, ...size } = readSize(fd, codestream.at);
  const inner = new BoxReader(readBox(fd, headerBox, HEADER_BOX_MAX_BYTES)).boxes();
  const contentOf = (type: string) => inner.find((box) => box.type === type)?.content;
  const palette = contentOf('pclr');
  // The columns of a palette replace the component of indices.
  const channels = palette ? new Bytes(palette).u8(2) : components;
  const colours = inner.filter(({ type }) => type === 'colr').map(({ content }) => content);
  return {
    isRaw: false,
    codestreamAt: codestream.at,
    ...size,
    isGrey: channels <= 2,
    hasAlpha: hasOpacity(contentOf('cdef')),
    icc: readColours(colours),
    xmp: readUuid(fd, boxes, XMP_UUID),
    exif: readUuid(fd, boxes, EXIF_UUID),
  };
}

/** Reads SIZ, which follows the marker of the start. */
function readSize(fd: number, at: number): Size & { components: number } {
  const siz = new Bytes(readAt(fd, at, SIZ_BYTES + COMPONENTS_MAX * 3));
  if (siz.u32be(0) !== 0xff_4f_ff_51) throw new PictureFault('corrupt_image');
  const [right, bottom, left, top] = [siz.u32be(8), siz.u32be(12), siz.u32be(16), siz.u32be(20)];
  const components = siz.u16be(40);
  if (right <= left || bottom <= top || components === 0) throw new PictureFault('corrupt_image');
  if (components > COMPONENTS_MAX) throw unsupported(`a JPEG 2000 with ${components} components`);
  const size = { width: right - left, height: bottom - top };
  for (let index = 0; index < components; index += 1) {
    const component = SIZ_BYTES + index * 3;
    if ((siz.u8(component) & 0x7f) + 1 > BITS_MAX) {
      throw unsupported('a JPEG 2000 with more than 16 bits a channel');
    }
    const [dx, dy] = [siz.u8(component + 1), siz.u8(component + 2)];
    if (dx === 0 || dy === 0) throw new PictureFault('corrupt_image');
    // The decoder finds the samples of a row by a whole number of them.
    if (
      (index === 0 && dx * dy > 1) ||
      [left, right].some((x) => x % dx > 0) ||
      [top, bottom].some((y) => y % dy > 0)
    ) {
      throw unsupported('a JPEG 2000 with subsampled channels that do not fit its size');
    }
  }
  return { ...size, components };
}

/** Reads the first colour specification that is understood: a file can have several. @returns the profile, if any */
function readColours(colours: readonly Buffer[]): Buffer | undefined {
  for (const content of colours) {
    const colour = new Bytes(content);
    const method = colour.u8(0);
    if (method === 1) {
      const space = UNSUPPORTED_SPACES[colour.u32be(3)];
      if (space !== undefined) throw unsupported(`a JPEG 2000 in ${space}`);
      return undefined;
    }
    if (method === RESTRICTED_ICC || method === ANY_ICC) {
      const icc = content.subarray(3);
      if (icc.toString('latin1', 16, 20) === 'CMYK') throw unsupported('a JPEG 2000 in CMYK');
      return icc;
    }
  }
  return undefined;
}

/** Whether a channel is the opacity of the whole picture; without the definitions, every channel is a colour. */
function hasOpacity(definitions: Buffer | undefined): boolean {
  if (!definitions) return false;
  const bytes = new Bytes(definitions);
  for (let index = 0; index < bytes.u16be(0); index += 1) {
    const type = bytes.u16be(2 + index * 6 + 2);
    if (type === PREMULTIPLIED_OPACITY) throw unsupported('a JPEG 2000 with premultiplied alpha');
    if (type === OPACITY && bytes.u16be(2 + index * 6 + 4) === WHOLE_PICTURE) return true;
  }
  return false;
}

function readUuid(fd: number, boxes: readonly BoxPlace[], uuid: string): Buffer | undefined {
  for (const box of boxes) {
    if (box.type === 'uuid' && readBox(fd, box, 16).toString('hex') === uuid) {
      return readBox(fd, box, METADATA_MAX_BYTES).subarray(16);
    }
  }
  return undefined;
}
