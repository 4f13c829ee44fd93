import { PictureFault } from '@darkroom/errors';
import type { Size } from '../variant-size.js';

/**
 * Refuses a JPEG that is too short to hold the pixels that its header speaks of. Every block of 8 × 8 pixels takes a
 * bit at least: the Huffman code of its DC difference (ITU-T T.81, F.1.2.1, progressive ones too, G.1.2.1). libjpeg
 * would fill what is missing with grey, and reserve the memory of all of it first when the file is progressive.
 *
 * @param bytes - of the whole file, or of the scans that hold those codes
 * @throws PictureFault `corrupt_image`
 */
export function checkJpegBytes({ width, height }: Size, bytes: number): void {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  if (bytes * 8 < blocks) throw new PictureFault('corrupt_image');
}
