import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchFault } from './errors.js';

const REASONS: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'it is a file',
  ENAMETOOLONG: 'the path is too long',
};

/**
 * Creates the data folder if it is missing, and checks that it can write to it.
 *
 * Other users can pass through the folder but not list it: under root, PostgreSQL runs as another user.
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
      `Cannot write to the data folder ${folder}: ${reason}. Choose another folder with DARKROOM_DATA.`,
      error,
    );
  }
}

/** Creates a folder below the data folder that only its owner can read. */
export async function createPrivateFolder(folder: string): Promise<string> {
  if (!(await stat(folder).catch(() => undefined))) await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
