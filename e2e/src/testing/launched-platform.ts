import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createCleanEnvironment } from '@darkroom/testing';

/** `launch` runs the compiled files. `start`, which is `npm start`, makes bundles of them and runs those. */
type Program = 'launch' | 'start';

const fileOf = (program: Program): string =>
  fileURLToPath(new URL(`../../../apps/launcher/${program}.mjs`, import.meta.url));

/** The platform as `npm start` runs it, on a separate data folder. */
export class LaunchedPlatform {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /**
   * @param data - the data folder
   * @throws Error with its output when it does not start
   */
  static async start(data: string, program: Program = 'launch'): Promise<LaunchedPlatform> {
    const child = spawn(process.execPath, [fileOf(program)], {
      env: createCleanEnvironment({ DARKROOM_DATA: data, DARKROOM_PORT: '0', DARKROOM_WORKER_PORT: '0' }),
      // The channel closes when this process ends, and the child then ends too.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const lines: string[] = [];
    const found = new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          const url = /Darkroom is ready on (\S+)/.exec(line)?.[1];
          if (url !== undefined) resolve(url);
        });
      }
      child.once('exit', () => reject(new Error(`the platform does not start:\n${lines.join('\n')}`)));
    });
    return new LaunchedPlatform(await found, child);
  }

  /** Stops it as Ctrl-C does. @throws Error when its exit code is not 0 */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`the platform ended with ${code}`);
  }
}
