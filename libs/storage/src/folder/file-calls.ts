import { fsync, open } from 'node:fs';
import { promisify } from 'node:util';

// Calls without the object around a file of `node:fs/promises`: at hundreds of files a second it is a third of their
// CPU time. Close such a file with `closeSync`, which has nothing to wait for once the file is flushed.

/** Of a file: the owner writes, its group reads. */
export const FILE_MODE = 0o640;

/** Opens a file. @returns its descriptor */
export const openFile: (path: string, flags: number | string, mode?: number) => Promise<number> =
  promisify(open);

/** Makes the bytes of an open file, or the entries of an open folder, durable. */
export const flush: (file: number) => Promise<void> = promisify(fsync);
