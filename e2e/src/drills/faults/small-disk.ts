import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Watchdog } from '@darkroom/testing';

const isRoot = process.getuid?.() === 0;
/** A user other than root can mount in a new user namespace, where the system allows it. */
const NEW_NAMESPACE = isRoot
  ? ['unshare', '--mount', '--propagation', 'private']
  : ['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'private'];

const PIECE = Buffer.alloc(64 * 1024);

/** A small file system in memory over a folder. Only processes that run {@link through} it see it. */
export class SmallDisk {
  /** The command prefix for processes that see the small file system. */
  readonly through: readonly string[];
  /** The folder as this process sees it. */
  readonly folder: string;
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess, folder: string) {
    const pid = String(holder.pid);
    const user = isRoot ? [] : ['--user', '--preserve-credentials'];
    this.through = ['nsenter', '--target', pid, ...user, '--mount', '--'];
    this.folder = `/proc/${pid}/root${folder}`;
    this.#holder = holder;
  }

  /**
   * @param folder - absolute path of an empty folder
   * @throws Error when this system does not allow the mount
   */
  static async mount(folder: string, mebibytes: number, watchdog: Watchdog): Promise<SmallDisk> {
    const [command = '', ...args] = NEW_NAMESPACE;
    const script = `mount -t tmpfs -o size=${mebibytes}m,mode=700 none "$0" && echo mounted && exec sleep infinity`;
    const holder = spawn(command, [...args, 'sh', '-c', script, folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const failed = once(holder, 'exit').then(async () => {
      throw new Error(`mounting a file system failed: ${await text(holder.stderr)}`);
    });
    failed.catch(() => undefined);
    await Promise.race([once(holder.stdout, 'data'), failed]);
    watchdog.guard({ pid: holder.pid ?? 0, signals: ['SIGKILL'], grace: 1_000 });
    return new SmallDisk(holder, folder);
  }

  /** Fills all remaining space, even while others write. @returns the bytes written */
  async fill(): Promise<number> {
    const filler = await open(this.#filler, 'w');
    let written = 0;
    try {
      for (;;) written += (await filler.write(PIECE)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return written;
      throw error;
    } finally {
      await filler.close();
    }
  }

  /** Frees the space that {@link fill} used. */
  async empty(): Promise<void> {
    await rm(this.#filler);
  }

  async unmount(): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }

  get #filler(): string {
    return path.join(this.folder, '.filler');
  }
}

/** Why this machine cannot mount a small disk; undefined when it can. */
export async function missingSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a file system of a fixed size needs Linux';
  const [command = '', ...args] = NEW_NAMESPACE;
  const child = spawn(command, [...args, 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', resolve);
  });
  return code === 0 ? undefined : 'this user may not mount a file system';
}
