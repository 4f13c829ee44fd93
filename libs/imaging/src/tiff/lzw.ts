import { PictureFault } from '@darkroom/errors';

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const CODES = 4096;

/** Where the text of each code begins in the output, and how long it is. */
const starts = new Uint32Array(CODES);
const lengths = new Uint32Array(CODES);

/**
 * Decodes LZW as TIFF 6.0 writes it (section 13): the highest bit first, codes of 9 to 12 bits, longer one code early.
 * The text of a code is copied from the output, so no table of texts exists.
 *
 * @param output - filled completely; surplus data is ignored
 * @throws PictureFault `corrupt_image` when the data ends too early or contains an impossible code
 */
export function decodeLzw(data: Uint8Array, output: Uint8Array): void {
  let [bits, held, width, next, to] = [0, 0, 9, FIRST, 0];
  let [start, length] = [0, 0];
  let at = 0;
  while (to < output.length) {
    while (held < width) {
      if (at >= data.length) throw new PictureFault('corrupt_image');
      bits = ((bits << 8) | (data[at] ?? 0)) & 0xff_ff_ff;
      at += 1;
      held += 8;
    }
    held -= width;
    const code = (bits >>> held) & ((1 << width) - 1);
    if (code === END) throw new PictureFault('corrupt_image');
    if (code === CLEAR) {
      [width, next, length] = [9, FIRST, 0];
      continue;
    }
    if (length > 0 && next < CODES) {
      // The new code is the previous text and the first byte of this one, which follows it in the output.
      starts[next] = start;
      lengths[next] = length + 1;
      next += 1;
    }
    if (code < CLEAR) {
      output[to] = code;
      [start, length] = [to, 1];
    } else {
      if (code >= next) throw new PictureFault('corrupt_image');
      const from = starts[code] ?? 0;
      const wanted = lengths[code] ?? 0;
      const end = Math.min(output.length, to + wanted);
      // Byte by byte: the text of the newest code overlaps its copy.
      for (let source = from, target = to; target < end; source += 1, target += 1) {
        output[target] = output[source] ?? 0;
      }
      [start, length] = [to, wanted];
    }
    to += length;
    // One code early.
    if (next >= (1 << width) - 1 && width < 12) width += 1;
  }
}
