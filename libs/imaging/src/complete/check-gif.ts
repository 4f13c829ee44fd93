import { PictureFault } from '@darkroom/errors';
import type { FileWindow } from './file-window.js';

const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
/** Zero bytes that some programs write between two blocks. */
const STRAY_ZEROS_MAX = 8;

/**
 * Walks through the blocks of a GIF to its trailer, without decoding a frame. libvips reads a truncated animation as a
 * shorter one. Here it must end with a trailer, or at least with a complete block.
 *
 * @throws PictureFault `corrupt_image`
 */
export function checkGif(file: FileWindow): void {
  let at = HEADER_BYTES + colourTableBytes(file.byte(HEADER_BYTES - 3));
  for (let zeros = 0; zeros <= STRAY_ZEROS_MAX;) {
    const introducer = file.byte(at);
    if (introducer === TRAILER || (introducer === -1 && zeros === 0)) return;
    if (introducer === EXTENSION) at = endOfSubBlocks(file, at + 2);
    else if (introducer === FRAME) at = endOfFrame(file, at);
    else if (introducer !== 0) break;
    zeros = introducer === 0 ? zeros + 1 : 0;
    at += introducer === 0 ? 1 : 0;
  }
  throw new PictureFault('corrupt_image');
}

function endOfFrame(file: FileWindow, at: number): number {
  const packed = file.byte(at + 9);
  if (packed === -1) throw new PictureFault('corrupt_image');
  // The size of the first codes follows the descriptor and its colours.
  return endOfSubBlocks(file, at + 10 + colourTableBytes(packed) + 1);
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
