import { rename } from 'node:fs/promises';
import { unavailable } from '@darkroom/errors';
import { errnoOf } from '../disk-errors.js';
import { type KeyPath, makeFolders } from './folder-path.js';

/** Every lost race means that another delete emptied the folder just then; more in a row are no race. */
const TRIES = 100;

/** A file that was written, and the place of its key. */
export interface PlacedFile {
  /** Absolute path, on the same file system. */
  file: string;
  path: KeyPath;
}

/**
 * Renames files into their places; their folders are made when the one before did not lie in the same.
 *
 * @throws DarkroomError `unavailable` when the disk under them has gone
 */
export async function placeFiles(files: readonly PlacedFile[]): Promise<void> {
  let made: string | undefined;
  for (const { file, path } of files) {
    const folder = path.folders.at(-1);
    await placeFile({ file, path }, folder !== undefined && folder === made);
    made = folder;
  }
}

async function placeFile({ file, path }: PlacedFile, hasFolder: boolean): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!hasFolder || attempt > 1) await makeFolders(path.folders);
      return await rename(file, path.file);
    } catch (error) {
      // A delete pruned a folder between its making and the rename.
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Or the disk under the folder has gone, the file in `.incoming` with it.
      if (attempt === TRIES) throw unavailable('storage', error);
    }
  }
}
