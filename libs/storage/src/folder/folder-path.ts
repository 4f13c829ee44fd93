import { lstat, mkdir, open, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isAbsent } from '../disk-errors.js';

/** The file of a key, and the folders between the root and it, outermost first. */
export interface KeyPath {
  file: string;
  folders: string[];
}

/** @param key - a checked key: nothing in it can climb out of `root` */
export function pathOfKey(root: string, key: string): KeyPath {
  const segments = key.split('/');
  const folders: string[] = [];
  let folder = root;
  for (const segment of segments.slice(0, -1)) {
    folder = join(folder, segment);
    folders.push(folder);
  }
  return { file: join(root, ...segments), folders };
}

/** Whether every one is a real folder: a symbolic link could lead out of the root. */
export async function areRealFolders(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    try {
      if (!(await lstat(folder)).isDirectory()) return false;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }
  return true;
}

/** @throws Error with ENOENT when one of them was pruned meanwhile; plain Error when a link or a file is in the way */
export async function makeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await mkdir(folder, { mode: 0o750 });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (!(await lstat(folder)).isDirectory())
        throw new Error('A folder of the key is a file or a link', { cause: error });
    }
  }
}

/** Removes the folders that are empty, innermost first. */
export async function pruneFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      // Not empty, or another delete was faster: then the outer ones are not empty either, or already removed.
      return;
    }
  }
}

/** Makes the entries of a folder durable. When the folder no longer exists, its entries were deleted later. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to flush it; its file system writes the entries itself.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Makes the entries of files durable, and those of their folders, which another put may have made and not flushed yet. */
export async function syncEntries(paths: readonly KeyPath[], root: string): Promise<void> {
  const folders = new Set(paths.flatMap((path) => path.folders.toReversed()));
  for (const folder of [...folders, root]) await syncFolder(folder);
}

/** The folder that a prefix points into, and the beginning of the names in it. */
export function splitPrefix(prefix: string): { folder: string; name: string } {
  const slash = prefix.lastIndexOf('/');
  return { folder: prefix.slice(0, slash + 1), name: prefix.slice(slash + 1) };
}

/** The `folders` of everything directly in a folder of keys, e.g. `uploads/1/`. */
export function foldersOfPrefix(root: string, folder: string): string[] {
  return folder === '' ? [] : pathOfKey(root, `${folder}x`).folders;
}

/** The path of a folder of keys. */
export function pathOfFolder(root: string, folder: string): string {
  return folder === '' ? root : dirname(pathOfKey(root, `${folder}x`).file);
}
