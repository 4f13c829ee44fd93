import { PictureFault } from '@darkroom/errors';
import type { Deadline } from '../deadline.js';
import { Bytes } from './bytes.js';
import type { Dib } from './dib-header.js';

const END_OF_ROW = 0;
const END_OF_PICTURE = 1;
const MOVE = 2;
const CODES_A_LOOK = 2 ** 16;

/**
 * Unpacks the run-length encoding of 4 or 8 bits (BI_RLE4, BI_RLE8). Pixels that the codes skip have index 0.
 *
 * @returns one byte a pixel, in the order of the rows in the file
 * @throws PictureFault `corrupt_image` when the codes leave the picture, or end before it does
 */
export function unpackRuns(
  file: Bytes,
  { width, height, packing, pixelsAt }: Dib,
  deadline: Deadline,
): Bytes {
  const indices = Buffer.alloc(width * height);
  const wide = packing === 'rle8';
  let at = pixelsAt;
  let [x, y] = [0, 0];
  const put = (count: number, indexOf: (position: number) => number) => {
    // A surplus pixel completes a byte of 4-bit pixels, or a careless encoder wrote it: it is cut off.
    const visible = y < height ? Math.min(count, width - x) : 0;
    for (let index = 0; index < visible; index += 1) indices[y * width + x + index] = indexOf(index);
    x = Math.min(width, x + count);
  };
  for (let codes = 0; ; codes += 1) {
    if (codes % CODES_A_LOOK === 0) deadline.check();
    // The end code may be missing behind the last pixel.
    if (at >= file.length && (y >= height || (y === height - 1 && x >= width))) break;
    const [count, value] = [file.u8(at), file.u8(at + 1)];
    at += 2;
    if (count > 0) put(count, wide ? () => value : (index) => (index % 2 === 0 ? value >> 4 : value & 15));
    else if (value === END_OF_ROW) [x, y] = [0, y + 1];
    else if (value === END_OF_PICTURE) break;
    else if (value === MOVE) {
      [x, y] = [x + file.u8(at), y + file.u8(at + 1)];
      at += 2;
      if (x > width) throw new PictureFault('corrupt_image');
    } else {
      const bytes = wide ? value : Math.ceil(value / 2);
      const literal = file.slice(at, bytes);
      put(value, (index) => literalAt(literal, index, wide));
      // Literals end at a multiple of 16 bits.
      at += bytes + (bytes % 2);
    }
    if (y > height) throw new PictureFault('corrupt_image');
  }
  return new Bytes(indices);
}

function literalAt(literal: Buffer, index: number, wide: boolean): number {
  if (wide) return literal[index] ?? 0;
  const pair = literal[index >> 1] ?? 0;
  return index % 2 === 0 ? pair >> 4 : pair & 15;
}
