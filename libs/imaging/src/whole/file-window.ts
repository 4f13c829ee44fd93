import { readSync } from 'node:fs';

/**
 * What is in view; it stays in the processor's cache. One for all, because whoever looks is done before anybody else runs.
 */
const WINDOW = Buffer.allocUnsafeSlow(128 * 1024);

/**
 * Looks at a file of any length through one small piece of memory. Synchronous, because a decoder process has nothing
 * else to do, and a wait for each piece would take longer than its reading.
 */
export class FileWindow {
  readonly #fd: number;
  #start = 0;
  #end = 0;

  /** @param fd - an open file; stays open. Only the window made last may be looked through. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns the byte at `offset`; -1 behind the end of the file */
  byte(offset: number): number {
    if (offset < this.#start || offset >= this.#end) this.#load(offset);
    return offset < this.#end ? (WINDOW[offset - this.#start] ?? -1) : -1;
  }

  /** Two bytes, the higher first; negative behind the end of the file. */
  uint16(offset: number): number {
    const low = this.byte(offset + 1);
    return low === -1 ? -1 : this.byte(offset) * 256 + low;
  }

  /**
   * All bytes from `offset` on that are in view, loaded when fewer than `least` are.
   *
   * @returns a view into the window, good until the next call; empty behind the end of the file
   */
  from(offset: number, least = 1): Buffer {
    if (offset < this.#start || offset + least > this.#end) this.#load(offset);
    return WINDOW.subarray(offset - this.#start, this.#end - this.#start);
  }

  #load(offset: number): void {
    this.#start = offset;
    this.#end = offset + readSync(this.#fd, WINDOW, 0, WINDOW.length, offset);
  }
}
