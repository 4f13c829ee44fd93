import { readSync } from 'node:fs';

/**
 * Reads up to `length` bytes at `offset`; fewer, or none, at the end of the file. Synchronous, because a decoder
 * process has no other work.
 *
 * @param fd - an open file; stays open
 */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
}
