import { isDarkroomError, unavailable } from '@darkroom/errors';

// The disk is full, missing, read-only or not accessible, or the process is out of file handles: not the caller's fault.
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

/** Whether nothing exists at a path: no entry, or a file where a folder is needed. */
export function isAbsent(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/** Converts an error that means that the disk cannot serve to `unavailable`; returns any other unchanged. */
export function toDiskError(error: unknown): Error {
  if (isDarkroomError(error)) return error;
  const errno = errnoOf(error);
  if (errno !== undefined && NOT_SERVING.has(errno)) return unavailable('storage', error);
  return error instanceof Error ? error : new Error('The file system failed', { cause: error });
}

/** Runs one step on the file system; a source's own errors never pass through here. */
export async function onDisk<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toDiskError(error);
  }
}
