import { readSync } from 'node:fs';

/**
 * Reads up to `length` bytes at `offset`; fewer, or none, where the file ends. Synchronous: of a file of some megabytes
 * that was written a moment ago, it takes microseconds, where a round through the thread pool takes a tenth of a
 * millisecond of CPU.
 *
 * @param fd - an open file; stays open
 */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
}
