import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onDisk } from '../disk-errors.js';

/**
 * Writes a source into an unlinked temporary file, which disappears with its handle, whatever happens to the process. It
 * is in the system's folder for temporary files (`TMPDIR`).
 *
 * @returns the open file, which the caller closes
 * @throws what the source throws; `unavailable` when the disk is full or missing
 */
export async function spool(source: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const file = await onDisk(nameless);
  try {
    for await (const chunk of source) await onDisk(() => file.appendFile(chunk));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `darkroom-upload-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}
