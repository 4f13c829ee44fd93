import { closeSync, fstatSync } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { errnoOf, isAbsent } from '../disk-errors.js';
import { flush, openFile } from './file-calls.js';
import type { KeyPath } from './folder-path.js';

/**
 * Makes and flushes the folders of keys. It remembers which folders directly below the root are durable, so that the
 * root is flushed once for each of them and not once for each file.
 */
export class MadeFolders {
  readonly #root: string;
  /** Identities of durable folders directly below the root, by path. */
  readonly #durable = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Creates those that do not exist, outermost first.
   *
   * @throws Error with ENOENT when one of them was pruned meanwhile; plain Error when a link or a file is in the way
   */
  async make(folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      if (this.#durable.has(folder) && (await isRealFolder(folder))) continue;
      await makeFolder(folder);
    }
  }

  /** Makes the entries of files durable, and those of their folders, which another put may have made and not flushed yet. */
  async flush(paths: readonly KeyPath[]): Promise<void> {
    const flushed = new Map<string, string | undefined>();
    for (const folder of new Set(paths.flatMap(({ folders }) => folders.toReversed()))) {
      flushed.set(folder, await flushFolder(folder));
    }
    const outermost = [...new Set(paths.map(({ folders }) => folders[0] ?? this.#root))];
    // A folder that was pruned and made again has another identity.
    const isDurable = (folder: string) => {
      const identity = flushed.get(folder);
      return identity !== undefined && identity === this.#durable.get(folder);
    };
    if (outermost.every(isDurable)) return;
    await flushFolder(this.#root);
    for (const folder of outermost) this.#remember(folder, flushed.get(folder));
  }

  #remember(folder: string, identity: string | undefined): void {
    if (identity === undefined) this.#durable.delete(folder);
    else this.#durable.set(folder, identity);
  }
}

/** @throws Error when a link or a file is in the way */
async function isRealFolder(folder: string): Promise<boolean> {
  try {
    if ((await lstat(folder)).isDirectory()) return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  throw notAFolder();
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o750 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    if (!(await lstat(folder)).isDirectory()) throw notAFolder(error);
  }
}

function notAFolder(cause?: unknown): Error {
  return new Error('A folder of the key is a file or a link', { cause });
}

/**
 * Makes the entries of a folder durable. When the folder no longer exists, its entries were deleted later.
 *
 * @returns what distinguishes it from a folder that is made later in its place; undefined where the system cannot say
 */
async function flushFolder(folder: string): Promise<string | undefined> {
  // Windows cannot open a folder to flush it; its file system writes the entries itself.
  if (process.platform === 'win32') return undefined;
  try {
    const file = await openFile(folder, 'r');
    try {
      await flush(file);
      const { dev, ino, birthtimeNs } = fstatSync(file, { bigint: true });
      return birthtimeNs === 0n ? undefined : [dev, ino, birthtimeNs].join('-');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return undefined;
  }
}
