import { PictureFault } from '@darkroom/errors';
import type { FileWindow } from '../complete/file-window.js';
import { isFrame, MARKER, segments } from '../complete/jpeg-frame.js';
import type { Size } from '../variant-size.js';
import type { Part } from '../wrapped.js';

/** Baseline, extended and progressive. RAW data are often lossless JPEG, which no viewer shows. */
const LAST_SHOWN_FRAME = MARKER.sof2;

/**
 * Reads the size of a JPEG inside a file.
 *
 * @param fileBytes - size of the file
 * @returns null when the part is not a JPEG with 8 bits a sample
 * @throws PictureFault `corrupt_image` when the part reaches beyond the end of the file
 */
export function readJpegSize(file: FileWindow, { offset, length }: Part, fileBytes: number): Size | null {
  if (offset + length > fileBytes) throw new PictureFault('corrupt_image');
  if (file.uint16(offset) !== 0xff00 + MARKER.soi) return null;
  for (const { marker, at, end } of segments(file, offset + 2)) {
    if (end > offset + length) return null;
    if (!isFrame(marker)) continue;
    if (marker > LAST_SHOWN_FRAME || file.byte(at) !== 8) return null;
    return { width: file.uint16(at + 3), height: file.uint16(at + 1) };
  }
  return null;
}
