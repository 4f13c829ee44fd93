import type { FileHandle } from 'node:fs/promises';

/** Reads up to `length` bytes at `offset`; fewer, or none, where the file ends. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
