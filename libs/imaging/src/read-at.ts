import { readSync } from 'node:fs';

/**
 * Reads up to `length` bytes at `offset`; fewer, or none, where the file ends. Synchronous: a decoder process has
 * nothing else to do meanwhile.
 *
 * @param fd - an open file; stays open
 */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
}
