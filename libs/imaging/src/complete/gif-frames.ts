import { PictureFault } from '@darkroom/errors';
import type { Size } from '../variant-size.js';
import type { FileWindow } from './file-window.js';

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const CONTROL = 0xf9;
const FRAME = 0x2c;
const TRAILER = 0x3b;
/** Zero bytes that some programs write between two blocks. */
const STRAY_ZEROS_MAX = 8;

/** What happens to the area of a frame before the next one (GIF89a, 23). Browsers restore to transparent. */
export const DISPOSAL = { restoreBackground: 2, restorePrevious: 3 } as const;

/** A frame of a GIF. Its area may extend beyond the canvas. */
export interface GifFrame extends Size {
  left: number;
  top: number;
  disposal: number;
  /** Whether one of its colours is transparent. */
  transparent: boolean;
  /** Offset of the flags of its graphic control extension; undefined without one. */
  controlAt?: number;
  /** Offset of the coded data, which begins with the bits of a colour index. */
  dataAt: number;
}

/** Returns the size of the canvas and the offset of the first block. */
export function readGifHeader(file: FileWindow): Size & { blocksAt: number } {
  const [width, height] = [uint16(file, 6), uint16(file, 8)];
  return { width, height, blocksAt: HEADER_BYTES + colourTableBytes(file.byte(HEADER_BYTES - 3)) };
}

/**
 * Walks through the blocks of a GIF to its trailer, and yields its frames without decoding them. libvips reads a
 * truncated animation as a shorter one. Here it must end with a trailer, or at least with a complete block.
 *
 * @throws PictureFault `corrupt_image`
 */
export function* gifFrames(file: FileWindow): Generator<GifFrame> {
  let at = readGifHeader(file).blocksAt;
  let controlAt: number | undefined;
  for (let zeros = 0; zeros <= STRAY_ZEROS_MAX;) {
    const introducer = file.byte(at);
    if (introducer === TRAILER || (introducer === -1 && zeros === 0)) return;
    if (introducer === EXTENSION) {
      if (file.byte(at + 1) === CONTROL) controlAt = at + 3;
      at = endOfSubBlocks(file, at + 2);
    } else if (introducer === FRAME) {
      const dataAt = at + 10 + colourTableBytes(file.byte(at + 9));
      const frame = readFrame(file, at, dataAt, controlAt);
      // The size of the first codes follows the descriptor and its colours.
      at = endOfSubBlocks(file, dataAt + 1);
      controlAt = undefined;
      yield frame;
    } else if (introducer !== 0) break;
    zeros = introducer === 0 ? zeros + 1 : 0;
    at += introducer === 0 ? 1 : 0;
  }
  throw new PictureFault('corrupt_image');
}

function readFrame(file: FileWindow, at: number, dataAt: number, controlAt: number | undefined): GifFrame {
  if (file.byte(at + 9) === -1) throw new PictureFault('corrupt_image');
  const flags = controlAt === undefined ? 0 : file.byte(controlAt);
  return {
    left: uint16(file, at + 1),
    top: uint16(file, at + 3),
    width: uint16(file, at + 5),
    height: uint16(file, at + 7),
    disposal: disposalOf(flags),
    transparent: (flags & 1) === 1,
    ...(controlAt === undefined ? {} : { controlAt }),
    dataAt,
  };
}

/** Some programs write 4 for 3; browsers and libnsgif accept it. */
function disposalOf(flags: number): number {
  const disposal = (flags >> 2) & 7;
  return disposal === 4 ? DISPOSAL.restorePrevious : disposal;
}

/** Each sub-block begins with its length; the last one has length 0. */
function endOfSubBlocks(file: FileWindow, start: number): number {
  let at = start;
  for (let length = file.byte(at); length > 0; length = file.byte(at)) at += 1 + length;
  if (file.byte(at) === -1) throw new PictureFault('corrupt_image');
  return at + 1;
}

/** @param packed - the byte of flags: the highest bit means that there is a table, the lowest three give its size */
function colourTableBytes(packed: number): number {
  return packed >= 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/** Numbers of a GIF are little endian. */
const uint16 = (file: FileWindow, at: number): number =>
  Math.max(0, file.byte(at)) + Math.max(0, file.byte(at + 1)) * 256;
