import { PictureFault } from '@darkroom/errors';
import type { Size } from '../variant-size.js';
import { decompress } from './decompress.js';
import { readNumbers, readWhole } from './tiff-directory.js';
import { TAG, type TiffPage, type TiffPicture } from './tiff-page.js';

/** Rows of a strip or tile, cut to the picture. */
export interface Region extends Size {
  x: number;
  y: number;
  /** Number of the strip or tile in its plane. */
  block: number;
  /** Rows of the strip or tile before this region. */
  skippedRows: number;
  /** Rows of the strip or tile in the picture. */
  blockRows: number;
}

/** Bytes of a region, about: one strip can hold the whole picture, and its rows are converted in parts. */
const PART_BYTES = 2 ** 22;
const NONE = 1;

/** Bits of every byte value in reverse order. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) reversed |= ((byte >> bit) & 1) << (7 - bit);
  return reversed;
});

/** Reads the strips or tiles of a page one by one. */
export class BlockReader {
  readonly #picture: TiffPicture;
  readonly #rowBytes: (rows: number) => number;
  readonly #offsets: Float64Array;
  readonly #byteCounts: Float64Array;
  /** Strips or tiles of a plane, across and down. */
  readonly #across: number;
  readonly #down: number;
  /** The decompressed strip or tile of each plane that the latest region belongs to. */
  readonly #decompressed = new Map<number, { index: number; bytes: Uint8Array }>();

  /**
   * @param blockBytes - returns the decompressed bytes of this many rows of a strip or tile
   * @throws PictureFault `corrupt_image` when the page states no or too few strips or tiles
   */
  constructor(picture: TiffPicture, blockBytes: (rows: number) => number) {
    const { file, page } = picture;
    this.#picture = picture;
    this.#rowBytes = blockBytes;
    this.#across = Math.ceil(page.width / page.block.width);
    this.#down = Math.ceil(page.height / page.block.height);
    const count = this.#across * this.#down * (page.isPlanar ? page.samples : 1);
    // Each block needs at least four bytes of the file for its offset.
    if (!(count * 2 <= file.size)) throw new PictureFault('corrupt_image');
    const [offsets, byteCounts] = page.isTiled
      ? [TAG.tileOffsets, TAG.tileByteCounts]
      : [TAG.stripOffsets, TAG.stripByteCounts];
    this.#offsets = readNumbers(file, page.directory, offsets, count);
    this.#byteCounts = readNumbers(file, page.directory, byteCounts, count);
    if (this.#offsets.length < count) throw new PictureFault('corrupt_image');
    if (page.compression === NONE) this.#checkAll(count);
  }

  /** Refuses a picture whose blocks are not all in the file before any memory for its pixels is used. */
  #checkAll(count: number): void {
    const { file, page } = this.#picture;
    const perPlane = this.#across * this.#down;
    for (let index = 0; index < count; index += 1) {
      const top = Math.floor((index % perPlane) / this.#across) * page.block.height;
      const rows = page.isTiled ? page.block.height : Math.min(page.block.height, page.height - top);
      const end = (this.#offsets[index] ?? 0) + this.#rowBytes(rows);
      if (!(end <= file.size)) throw new PictureFault('corrupt_image');
    }
  }

  /** The most bytes that one strip or tile has in the file. */
  get largestBlock(): number {
    return this.#byteCounts.reduce((most, count) => Math.max(most, count), 0);
  }

  /** Yields every region of the picture; together they cover it. @param canSplit - each row has separate data */
  *regions(canSplit: boolean): Generator<Region> {
    const { page } = this.#picture;
    const { block } = page;
    // Their rows are changed in place: a second pass must not see those of the first.
    this.#decompressed.clear();
    const most = canSplit ? Math.max(1, Math.floor(PART_BYTES / this.#rowBytes(1))) : block.height;
    for (let index = 0; index < this.#across * this.#down; index += 1) {
      const x = (index % this.#across) * block.width;
      const top = Math.floor(index / this.#across) * block.height;
      const rows = Math.min(block.height, page.height - top);
      const width = Math.min(block.width, page.width - x);
      for (let skippedRows = 0; skippedRows < rows; skippedRows += most) {
        const height = Math.min(most, rows - skippedRows);
        yield { x, y: top + skippedRows, width, height, block: index, skippedRows, blockRows: rows };
      }
    }
  }

  /**
   * Reads and decompresses the rows of a region, which have the width of the strip or tile.
   *
   * @param plane - number of the sample when each has separate blocks; otherwise 0
   * @throws PictureFault `corrupt_image`
   */
  read({ block, height, skippedRows, blockRows }: Region, plane: number): Uint8Array {
    const { file, page } = this.#picture;
    const index = plane * this.#across * this.#down + block;
    const from = this.#rowBytes(skippedRows);
    const length = this.#rowBytes(height);
    if (page.compression === NONE) {
      return reverse(readWhole(file, (this.#offsets[index] ?? 0) + from, length), page);
    }
    let held = this.#decompressed.get(plane);
    if (held?.index !== index) {
      // Free the memory first.
      this.#decompressed.delete(plane);
      held = { index, bytes: this.#decompress(index, this.#rowBytes(blockRows)) };
      this.#decompressed.set(plane, held);
    }
    return held.bytes.subarray(from, from + length);
  }

  #decompress(index: number, needed: number): Uint8Array {
    const { file, page } = this.#picture;
    const offset = this.#offsets[index] ?? 0;
    const full = this.#rowBytes(page.block.height);
    const left = Math.max(0, file.size - offset);
    const stated = this.#byteCounts[index] ?? left;
    // No compression doubles its data.
    const data = readWhole(file, offset, Math.min(stated, left, full * 2 + PART_BYTES));
    return decompress(reverse(data, page), page.compression, needed, full);
  }
}

function reverse(bytes: Buffer, { isReversed }: TiffPage): Buffer {
  if (isReversed) for (let at = 0; at < bytes.length; at += 1) bytes[at] = REVERSED[bytes[at] ?? 0] ?? 0;
  return bytes;
}
