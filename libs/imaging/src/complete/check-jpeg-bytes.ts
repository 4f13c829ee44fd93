import { PictureFault } from '@darkroom/errors';
import type { Size } from '../variant-size.js';

/**
 * Refuses a JPEG that is too short for the pixels that its header states. Every block of 8 × 8 pixels needs at least
 * one bit: the Huffman code of its DC difference (ITU-T T.81, F.1.2.1; for progressive ones G.1.2.1). libjpeg would
 * fill the missing part with grey, and for a progressive file first reserve the memory of all of it.
 *
 * @param bytes - of the whole file, or of the scans that contain those codes
 * @throws PictureFault `corrupt_image`
 */
export function checkJpegBytes({ width, height }: Size, bytes: number): void {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  if (bytes * 8 < blocks) throw new PictureFault('corrupt_image');
}
