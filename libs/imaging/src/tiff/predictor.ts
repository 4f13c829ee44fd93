/** Samples of a block in the byte order of this machine. */
export type Numbers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * Adds up the horizontal differences of each row (predictor 2, TIFF 6.0, section 14), in place and modulo the depth.
 *
 * @param perRow - numbers in a row
 * @param stride - numbers from a sample to the same sample of the next pixel
 */
export function undoDifferences(numbers: Numbers, perRow: number, stride: number): void {
  if (numbers instanceof BigUint64Array) {
    for (let row = 0; row + perRow <= numbers.length; row += perRow) {
      for (let at = row + stride; at < row + perRow; at += 1) {
        numbers[at] = (numbers[at] ?? 0n) + (numbers[at - stride] ?? 0n);
      }
    }
    return;
  }
  for (let row = 0; row + perRow <= numbers.length; row += perRow) {
    for (let at = row + stride; at < row + perRow; at += 1) {
      numbers[at] = (numbers[at] ?? 0) + (numbers[at - stride] ?? 0);
    }
  }
}

/**
 * Undoes the predictor of floating-point numbers (Adobe Photoshop TIFF Technical Note 3): the bytes of a row are
 * differences, and stored by significance, the highest bytes of all numbers first. In place; the result is little
 * endian.
 *
 * @param perRow - numbers in a row
 * @param stride - numbers of a pixel
 * @param size - bytes of a number
 */
export function undoFloatDifferences(bytes: Uint8Array, perRow: number, stride: number, size: number): void {
  const rowBytes = perRow * size;
  const row = new Uint8Array(rowBytes);
  for (let start = 0; start + rowBytes <= bytes.length; start += rowBytes) {
    for (let at = start + stride; at < start + rowBytes; at += 1) {
      bytes[at] = (bytes[at] ?? 0) + (bytes[at - stride] ?? 0);
    }
    row.set(bytes.subarray(start, start + rowBytes));
    for (let index = 0; index < perRow; index += 1) {
      for (let byte = 0; byte < size; byte += 1) {
        bytes[start + index * size + size - 1 - byte] = row[byte * perRow + index] ?? 0;
      }
    }
  }
}
