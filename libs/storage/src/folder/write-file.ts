import { close, closeSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { unavailable } from '@darkroom/errors';
import { onDisk } from '../disk-errors.js';
import { FILE_MODE, flush, openFile } from './file-calls.js';

const writeSome = promisify(write);

/** Smaller chunks are gathered before a write: each write costs more than its bytes do. */
const WRITE_BYTES = 256 * 1024;
const SMALL_CHUNK = 16 * 1024;

/**
 * Writes all chunks into a new file and flushes it. Leaves an unfinished file behind on an error.
 *
 * @throws DarkroomError `unavailable` when the disk cannot take them; what the source throws
 */
export async function writeFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await openFile(path, 'wx', FILE_MODE).catch((error: unknown) => {
    // Also when the folder itself is missing: the disk is no longer mounted, and nothing may be written below its mount point.
    throw unavailable('storage', error);
  });
  try {
    await fill(file, chunks);
    await onDisk(() => flush(file));
  } catch (error) {
    close(file, () => undefined);
    throw error;
  }
  // It has nothing to wait for: the bytes are flushed.
  closeSync(file);
}

async function fill(file: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let gathered: Buffer | undefined;
  let bytes = 0;
  for await (const chunk of chunks) {
    if (bytes === 0 && chunk.length >= SMALL_CHUNK) {
      await writeAll(file, chunk);
      continue;
    }
    // One buffer for all writes: memory outside the heap makes V8 collect garbage.
    gathered ??= Buffer.allocUnsafeSlow(WRITE_BYTES);
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + WRITE_BYTES - bytes);
      gathered.set(part, bytes);
      from += part.length;
      bytes += part.length;
      if (bytes < WRITE_BYTES) continue;
      await writeAll(file, gathered);
      bytes = 0;
    }
  }
  if (gathered !== undefined && bytes > 0) await writeAll(file, gathered.subarray(0, bytes));
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const { bytesWritten } = await onDisk(() => writeSome(file, bytes, from, bytes.length - from));
    from += bytesWritten;
  }
}
