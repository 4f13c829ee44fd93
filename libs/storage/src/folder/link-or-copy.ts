import { constants } from 'node:fs';
import { copyFile, link, lstat, rename } from 'node:fs/promises';
import { errnoOf } from '../disk-errors.js';

/** Another file system, one without links (FAT), too many links, or a kernel that protects other users' links. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);
/** Another file system, or a folder from which this process may only read. */
const NO_MOVE = new Set(['EXDEV', 'EPERM', 'EACCES', 'EROFS', 'EBUSY']);

/**
 * Gives a file a second name without writing its bytes again (a hard link); copies it where that is not possible.
 *
 * @throws the system's error; `EEXIST` when the second name exists
 */
export async function linkOrCopy(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    if (!NO_LINK.has(errnoOf(error) ?? '')) throw error;
    await copy(source, path, error);
  }
}

/**
 * Moves a file; copies it to another file system.
 *
 * @param path - must not exist: it would be replaced
 */
export async function moveOrCopy(source: string, path: string): Promise<void> {
  try {
    await rename(source, path);
  } catch (error) {
    if (!NO_MOVE.has(errnoOf(error) ?? '')) throw error;
    await copy(source, path, error);
  }
}

/** Follows no symbolic link, as linking and moving follow none. */
async function copy(source: string, path: string, cause: unknown): Promise<void> {
  if (!(await lstat(source)).isFile()) throw new Error(`${source} is not a file`, { cause });
  await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}
