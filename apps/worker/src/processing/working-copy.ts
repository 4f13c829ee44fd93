import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageInWork } from '@darkroom/catalogue';
import { originalKey } from '@darkroom/contracts';
import { doorError, PictureFault } from '@darkroom/errors';
import type { PictureInput } from '@darkroom/imaging';
import type { ObjectStorage } from '@darkroom/storage';

/** A local copy of an original, with the folder for its variants. */
export interface WorkingCopy {
  input: PictureInput;
  /** Absolute path. */
  outputFolder: string;
}

/**
 * Fetches an image's original into a temporary folder, runs `work` on it, and removes the folder.
 *
 * @param folder - absolute path; the temporary folder is created in it
 * @throws PictureFault `original_missing`; DarkroomError `unavailable` when storage is down or the local disk is full;
 *   whatever `work` throws
 */
export async function withWorkingCopy<T>(
  { storage, folder: parent }: { storage: ObjectStorage; folder: string },
  image: ImageInWork,
  signal: AbortSignal,
  work: (copy: WorkingCopy) => Promise<T>,
): Promise<T> {
  const folder = makeFolder(parent);
  try {
    const path = join(folder, 'original');
    const found = await storage.fetchFile(originalKey(image.id, image.contentType), path, { signal });
    if (!found) throw new PictureFault('original_missing');
    return await work({ input: { path, contentType: image.contentType }, outputFolder: folder });
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    // A few files on a local disk: this call blocks for about 0.1 ms. The asynchronous version needs about 20 calls.
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'picture-'));
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** Error codes of a full or failing disk, here or in a decoder process. */
const DISK_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** A full disk is not an error of the picture: the job waits until there is room. */
function asUnavailable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!DISK_FAULTS.has(code)) return error;
  return doorError('unavailable', "The worker's disk is full or not responding.", { cause: error });
}
