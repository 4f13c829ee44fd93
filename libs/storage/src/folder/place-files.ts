import { rename } from 'node:fs/promises';
import { unavailable } from '@darkroom/errors';
import { errnoOf } from '../disk-errors.js';
import { type KeyPath, makeFolders } from './folder-path.js';

/** A lost race means that another delete has just emptied the folder; more in a row mean another fault. */
const TRIES = 100;

/** A file that was written, and the path of its key. */
export interface PlacedFile {
  /** Absolute path, on the same file system. */
  file: string;
  path: KeyPath;
}

/**
 * Renames files into place. Creates a file's folders unless the previous file was in the same folder.
 *
 * @throws DarkroomError `unavailable` when their disk is missing
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
      // A delete pruned a folder between its creation and the rename.
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Or the disk under the folder is missing, and with it the file in `.incoming`.
      if (attempt === TRIES) throw unavailable('storage', error);
    }
  }
}
