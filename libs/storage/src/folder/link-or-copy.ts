import { constants } from 'node:fs';
import { copyFile, link, lstat } from 'node:fs/promises';
import { errnoOf } from '../disk-errors.js';

/** Another file system, or one without links (FAT), or one link too many, or a kernel that guards links of others. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

/**
 * Gives a file a second name, whose bytes are the same ones and not written again; where that cannot be, copies it.
 *
 * @throws the system's error, `EEXIST` when something has the second name
 */
export async function linkOrCopy(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    if (!NO_LINK.has(errnoOf(error) ?? '')) throw error;
    // A second name of a symbolic link would be a symbolic link again. A copy follows it.
    if (!(await lstat(source)).isFile()) throw new Error(`${source} is no file`, { cause: error });
    await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}
