import { lstat, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const PREFIX = 'darkroom-worker-';
/** Milliseconds. A folder untouched for this long was left by a worker that was killed. */
const LEFTOVER = 60 * 60 * 1000;
/** Milliseconds: a living worker has several tries before its folder counts as left behind. */
const TOUCH_EVERY = 10 * 60 * 1000;

/** A worker's own folder for pictures in flight. Several workers may share the parent folder. */
export class WorkingFolder {
  /** Absolute path. */
  readonly path: string;
  readonly #touching: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    this.#touching = setInterval(() => {
      const now = new Date();
      // A folder that cannot be touched cannot be written either, and the next picture reports that.
      utimes(path, now, now).catch(() => undefined);
      removeLeftovers(dirname(path)).catch(() => undefined);
    }, TOUCH_EVERY).unref();
  }

  /**
   * Creates the folder. Now and every 10 minutes, removes those that killed workers left over an hour ago.
   *
   * @param place - absolute path of the parent folder
   */
  static async open(place: string): Promise<WorkingFolder> {
    await removeLeftovers(place);
    return new WorkingFolder(await mkdtemp(join(place, PREFIX)));
  }

  async close(): Promise<void> {
    clearInterval(this.#touching);
    await rm(this.path, { recursive: true, force: true });
  }
}

async function removeLeftovers(place: string): Promise<void> {
  const oldest = Date.now() - LEFTOVER;
  const names = (await readdir(place)).filter((name) => name.startsWith(PREFIX));
  for (const path of names.map((name) => join(place, name))) {
    try {
      if ((await lstat(path)).mtimeMs < oldest) await rm(path, { recursive: true, force: true });
    } catch {
      // It belongs to another user of this machine, or another worker has just removed it.
    }
  }
}
