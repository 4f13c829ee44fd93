import { fstatSync, readFileSync, readSync } from 'node:fs';

/**
 * The bytes in view; they stay in the processor's cache. One buffer serves all files, because each check is
 * synchronous.
 */
const WINDOW = Buffer.allocUnsafeSlow(128 * 1024);

/**
 * Reads a file of any length through one small buffer. Synchronous, because a decoder process has no other work, and
 * waiting for each piece would take longer than reading it.
 */
export class FileWindow {
  readonly #fd: number;
  #start = 0;
  #end = 0;

  /** @param fd - an open file; stays open. Only the latest window may be used. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns the byte at `offset`; -1 after the end of the file */
  byte(offset: number): number {
    if (offset < this.#start || offset >= this.#end) this.#load(offset);
    return offset < this.#end ? (WINDOW[offset - this.#start] ?? -1) : -1;
  }

  /** Reads two bytes, the higher first; negative after the end of the file. */
  uint16(offset: number): number {
    const low = this.byte(offset + 1);
    return low === -1 ? -1 : this.byte(offset) * 256 + low;
  }

  /**
   * Returns all bytes in view from `offset` onwards, and loads more when there are fewer than `least`.
   *
   * @returns a view into the window, valid until the next call; empty after the end of the file
   */
  from(offset: number, least = 1): Buffer {
    if (offset < this.#start || offset + least > this.#end) this.#load(offset);
    return WINDOW.subarray(offset - this.#start, this.#end - this.#start);
  }

  /** Length of the file in bytes. */
  get length(): number {
    return fstatSync(this.#fd).size;
  }

  /** Reads the whole file into memory. */
  all(): Buffer {
    return readFileSync(this.#fd);
  }

  #load(offset: number): void {
    this.#start = offset;
    this.#end = offset + readSync(this.#fd, WINDOW, 0, WINDOW.length, offset);
  }
}
