import { lstat, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const PREFIX = 'darkroom-worker-';
/** Milliseconds. A folder that nobody has touched for so long was left by a worker that was killed. */
const LEFTOVER = 60 * 60 * 1000;
/** Milliseconds: several tries before a living worker's folder could pass for left. */
const TOUCH_EVERY = 10 * 60 * 1000;

/** A worker's own folder for pictures in hand. Workers may share the place that these lie in. */
export class WorkingFolder {
  /** Absolute path. */
  readonly path: string;
  readonly #touching: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    this.#touching = setInterval(() => {
      const now = new Date();
      // Where it cannot be touched it cannot be written to either, which the next picture tells.
      utimes(path, now, now).catch(() => undefined);
      removeLeftovers(dirname(path)).catch(() => undefined);
    }, TOUCH_EVERY).unref();
  }

  /**
   * Makes the folder, and removes those that killed workers left there more than an hour ago, now and later on.
   *
   * @param place - absolute path of the folder around it
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
      // Another user's on a shared machine, or another worker was faster: not this one's to remove.
    }
  }
}
