import { isDarkroomError, unavailable } from '@darkroom/errors';

// The disk is full, gone, read-only or not ours, or the process is out of file handles: none of it is the caller's.
const NOT_SERVING = new Set([
  'EACCES',
  'EBUSY',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOSPC',
  'ENXIO',
  'EPERM',
  'EROFS',
  'ESTALE',
  'ETIMEDOUT',
]);

/** The `code` of a file system error, else undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Tells whether nothing stands at a path: no entry, or a file where a folder would have to be. */
export function isAbsent(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/** Makes `unavailable` of an error that says that the disk cannot serve; any other one stays as it is. */
export function toDiskError(error: unknown): Error {
  if (isDarkroomError(error)) return error;
  const errno = errnoOf(error);
  if (errno !== undefined && NOT_SERVING.has(errno)) return unavailable('storage', error);
  return error instanceof Error ? error : new Error('The file system failed', { cause: error });
}

/** Runs one step on the file system; a source's own errors never go through here. */
export async function onDisk<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toDiskError(error);
  }
}
