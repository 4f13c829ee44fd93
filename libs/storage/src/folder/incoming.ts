import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unavailable } from '@darkroom/errors';
import { isAbsent, onDisk } from '../disk-errors.js';
import { INCOMING } from '../storage-key.js';
import { FILE_MODE, flush, openFile } from './file-calls.js';
import { moveOrCopy } from './link-or-copy.js';
import { writeFile } from './write-file.js';

// Follow no link: it could lead to a file elsewhere. Windows has no such flag.
const WRITE_FLAGS = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/** The folder for files that are being written, on the file system of their target, so that a rename is atomic. */
export class Incoming {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, INCOMING);
  }

  /** Creates the folder. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    if (!(await lstat(this.#folder)).isDirectory()) throw new Error(`${INCOMING} is a link or a file`);
  }

  /** Names of the files that were last written before then. */
  async unfinished(before: Date): Promise<string[]> {
    const names: string[] = [];
    for (const name of await readdir(this.#folder)) {
      try {
        if ((await lstat(join(this.#folder, name))).mtime < before) names.push(name);
      } catch (error) {
        // The write has just ended.
        if (!isAbsent(error)) throw error;
      }
    }
    return names;
  }

  /** Removes a file by its name. */
  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, basename(name)), { force: true });
  }

  /**
   * Distinguishes an empty folder from one whose disk is not mounted: the objects on that disk must not count as deleted.
   *
   * @throws DarkroomError `unavailable`
   */
  async assertThere(): Promise<void> {
    const stats = await lstat(this.#folder).catch((error: unknown) => {
      throw unavailable('storage', error);
    });
    if (!stats.isDirectory()) throw unavailable('storage');
  }

  /** Writes all chunks into a new file and flushes it; removes the file on any error. */
  async write(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const path = join(this.#folder, randomUUID());
    try {
      await writeFile(path, chunks);
      return path;
    } catch (error) {
      await this.discard(path);
      throw error;
    }
  }

  /**
   * Moves local files into the folder, from another file system by a copy, and flushes them; removes all of them on any
   * error.
   *
   * @param sources - absolute paths; a missing one is the caller's error, which is rethrown unchanged
   */
  async takeAll(sources: readonly string[]): Promise<{ path: string; bytes: number }[]> {
    const all = await Promise.allSettled(sources.map((source) => this.#take(source)));
    const failed = all.find((one) => one.status === 'rejected');
    const taken = all.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    if (failed === undefined) return taken;
    for (const { path } of taken) await this.discard(path);
    throw failed.reason;
  }

  async #take(source: string): Promise<{ path: string; bytes: number }> {
    const path = join(this.#folder, randomUUID());
    let isTaken = false;
    try {
      const bytes = await onDisk(async () => {
        await moveOrCopy(source, path);
        isTaken = true;
        const file = await openFile(path, WRITE_FLAGS);
        try {
          const { mode, size } = fstatSync(file);
          // Decoders create their files with it.
          if ((mode & 0o777) !== FILE_MODE) await chmod(path, FILE_MODE);
          await flush(file);
          return size;
        } finally {
          closeSync(file);
        }
      });
      return { path, bytes };
    } catch (error) {
      await this.discard(path);
      if (!isAbsent(error)) throw error;
      // The source is missing, or the folder itself: then the disk is no longer mounted.
      if (!isTaken) await access(source, constants.R_OK);
      throw unavailable('storage', error);
    }
  }

  async discard(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => {
      // The first error names the cause; the file is removed with the leftovers.
    });
  }
}
