import { constants } from 'node:fs';
import { copyFile, link, lstat } from 'node:fs/promises';
import { errnoOf } from '../disk-errors.js';

/** Another file system, one without links (FAT), too many links, or a kernel that protects other users' links. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

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
    // A hard link to a symbolic link would be a symbolic link again. A copy follows it.
    if (!(await lstat(source)).isFile()) throw new Error(`${source} is not a file`, { cause: error });
    await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}
