import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '@darkroom/testing';

const LAUNCHER = fileURLToPath(new URL('../../../apps/launcher/launch.mjs', import.meta.url));

/** The platform as `npm start` runs it, on a data folder of its own. */
export class LaunchedPlatform {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /**
   * @param data - its data folder
   * @throws Error with what it printed when it does not come up
   */
  static async start(data: string): Promise<LaunchedPlatform> {
    const child = spawn(process.execPath, [LAUNCHER], {
      env: cleanEnvironment({ DARKROOM_DATA: data, DARKROOM_PORT: '0', DARKROOM_WORKER_PORT: '0' }),
      // Over the channel it learns of the end of this process, and ends too.
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
      child.once('exit', () => reject(new Error(`it does not start:\n${lines.join('\n')}`)));
    });
    return new LaunchedPlatform(await found, child);
  }

  /** Ends it as Ctrl-C does. @throws Error when it does not end in order */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`it ended with ${code}`);
  }
}
