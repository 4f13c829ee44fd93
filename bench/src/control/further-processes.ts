import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../find-free-port.js';

const API = fileURLToPath(new URL('../../../apps/api/dist/main.js', import.meta.url));
const START_MS = 60_000;

/** Further apis and workers of a platform that runs, on its database, broker and media folder. */
export class FurtherProcesses {
  readonly #data: string;
  readonly #children: ChildProcess[] = [];
  readonly #origins: string[] = [];

  /** @param data - the data folder of the platform */
  constructor(data: string) {
    this.#data = data;
  }

  /** Addresses of the apis. */
  get origins(): readonly string[] {
    return this.#origins;
  }

  /**
   * Starts apis and workers until there are so many of each.
   *
   * @param worker - absolute path of the worker's program
   */
  async grow(count: number, worker: string): Promise<void> {
    while (this.#origins.length < count) {
      this.#origins.push(await this.#start(API, 'DARKROOM_PORT'));
      await this.#start(worker, 'DARKROOM_WORKER_PORT');
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }),
    );
  }

  /** @returns its address, once it is ready */
  async #start(entry: string, portSetting: string): Promise<string> {
    const port = await findFreePort();
    const environment = JSON.parse(await readFile(join(this.#data, 'environment.json'), 'utf8')) as object;
    const secret = (await readFile(join(this.#data, 'link.secret'), 'utf8')).trim();
    const child = spawn(process.execPath, [entry], {
      env: { ...process.env, ...environment, DARKROOM_LINK_SECRET: secret, [portSetting]: String(port) },
      stdio: 'ignore',
    });
    this.#children.push(child);
    const origin = `http://127.0.0.1:${port}`;
    const last = performance.now() + START_MS;
    for (;;) {
      const response = await fetch(`${origin}/readyz`).catch(() => null);
      await response?.body?.cancel();
      if (response?.ok) return origin;
      if (child.exitCode !== null || performance.now() > last) throw new Error(`${entry} did not start`);
      await pause(50);
    }
  }
}
