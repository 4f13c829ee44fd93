import { lstat, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent } from '../disk-errors.js';

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
