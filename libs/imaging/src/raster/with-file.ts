import { closeSync, openSync } from 'node:fs';

/** Opens a file for the duration of a call. */
export function withFile<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
