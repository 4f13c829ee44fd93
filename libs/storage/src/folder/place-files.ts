import { rename } from 'node:fs/promises';
import { unavailable } from '@darkroom/errors';
import { errnoOf } from '../disk-errors.js';
import type { KeyPath } from './folder-path.js';
import type { MadeFolders } from './made-folders.js';

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
export async function placeFiles(files: readonly PlacedFile[], made: MadeFolders): Promise<void> {
  let last: string | undefined;
  for (const { file, path } of files) {
    const folder = path.folders.at(-1);
    await placeFile({ file, path }, made, folder !== undefined && folder === last);
    last = folder;
  }
}

/** @param hasFolder - its folders have just been made */
async function placeFile({ file, path }: PlacedFile, made: MadeFolders, hasFolder: boolean): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!hasFolder || attempt > 1) await made.make(path.folders);
      return await rename(file, path.file);
    } catch (error) {
      // A delete pruned a folder between its creation and the rename.
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Or the disk under the folder is missing, and with it the file in `.incoming`.
      if (attempt === TRIES) throw unavailable('storage', error);
    }
  }
}
