import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../disk-errors.js';
import { compareKeys, INCOMING, isKey } from '../storage-key.js';
import { areRealFolders, foldersOfPrefix, pathOfFolder, splitPrefix } from './folder-path.js';

/** Walks the keys below a root that begin with `prefix` and come after `after`, in byte order. Holds one folder's names a level. */
export async function* walkKeys(root: string, prefix: string, after: string): AsyncGenerator<string> {
  const { folder, name } = splitPrefix(prefix);
  if (!(await areRealFolders(foldersOfPrefix(root, folder)))) return;
  yield* walkFolder({ root, folder, name, after });
}

interface Step {
  root: string;
  /** Folder of keys: empty, or ends with `/`. */
  folder: string;
  /** The beginning of the names to list in it. */
  name: string;
  after: string;
}

async function* walkFolder(step: Step): AsyncGenerator<string> {
  for (const key of await entriesOf(step)) {
    if (!key.endsWith('/')) {
      if (compareKeys(key, step.after) > 0) yield key;
    } else if (compareKeys(key, step.after) > 0 || step.after.startsWith(key)) {
      yield* walkFolder({ ...step, folder: key, name: '' });
    }
  }
}

// All keys in a folder begin with its name and `/`. Sorted with that slash, `a.b` comes before `a/c`, as in S3.
async function entriesOf({ root, folder, name }: Step): Promise<string[]> {
  const path = pathOfFolder(root, folder);
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const keys: string[] = [];
  for (const entry of entries) {
    if (!entry.name.startsWith(name) || (folder === '' && entry.name === INCOMING)) continue;
    const key = folder + entry.name;
    if (!isKey(key)) continue;
    // Some network file systems do not return the type with the name. A link is neither file nor folder, and is skipped.
    const kind = isTyped(entry) ? entry : await lstat(join(path, entry.name)).catch(() => entry);
    if (kind.isDirectory()) keys.push(`${key}/`);
    else if (kind.isFile()) keys.push(key);
  }
  return keys.toSorted(compareKeys);
}

function isTyped(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}
