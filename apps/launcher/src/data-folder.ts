import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchFault } from './errors.js';

const REASONS: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
  ENAMETOOLONG: 'the path is too long',
};

/**
 * Makes the data folder when it is missing, and sees that files can be written in it.
 *
 * Others may pass through it (as root, PostgreSQL runs as another user) but not list it.
 *
 * @throws DarkroomError `launch` with the reason
 */
export async function prepareDataFolder(folder: string): Promise<void> {
  const probe = path.join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = REASONS[code] ?? (code || String(error));
    throw launchFault(
      `The data folder ${folder} cannot be written: ${reason}; choose another with DARKROOM_DATA.`,
      error,
    );
  }
}

/** Makes a folder below the data folder that is nobody else's to read. */
export async function privateFolder(folder: string): Promise<string> {
  if (!(await stat(folder).catch(() => undefined))) await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
