import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueImage } from '@darkroom/catalogue';
import { originalKey } from '@darkroom/contracts';
import { PictureFault, unavailable } from '@darkroom/errors';
import type { PictureInput } from '@darkroom/imaging';
import type { ObjectStorage } from '@darkroom/storage';

/** An original on this machine, and the folder that it lies in, for what is made of it. */
export interface WorkingCopy {
  input: PictureInput;
  /** Absolute path. */
  outputFolder: string;
}

/**
 * Lends an image's original as a local file, and its folder, for as long as `work` runs.
 *
 * @param folder - absolute path of the folder to put both into
 * @throws PictureFault `original_missing`; DarkroomError `unavailable` when storage is away, or this disk is full; what
 *   `work` throws
 */
export async function withWorkingCopy<T>(
  { storage, folder: parent }: { storage: ObjectStorage; folder: string },
  image: CatalogueImage,
  signal: AbortSignal,
  work: (copy: WorkingCopy) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(parent, 'picture-')).catch((error: unknown) => {
    throw asUnavailable(error);
  });
  try {
    const path = join(folder, 'original');
    const found = await storage.fetchFile(originalKey(image.id, image.contentType), path, { signal });
    if (!found) throw new PictureFault('original_missing');
    return await work({ input: { path, contentType: image.contentType }, outputFolder: folder });
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    // A handful of files on a local disk: one call of some 0.1 ms, where the one that does not block makes thirty.
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a disk says that is full or failing, here or in a decoder process. */
const DISK_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** A full disk is no fault of the picture, which waits until there is room. */
function asUnavailable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return DISK_FAULTS.has(code) ? unavailable('The disk for pictures in hand', error) : error;
}
