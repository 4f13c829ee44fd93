import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createCleanEnvironment, withTimeout } from '@darkroom/testing';

export type AppName = 'api' | 'worker';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const ROOT = new URL('../../../', import.meta.url);
const NODE = fileURLToPath(
  new URL(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, ROOT),
);
/** Milliseconds in which a process must start, with a margin for a busy machine. */
const START_LIMIT = 60_000;
/** Milliseconds in which it must exit after SIGTERM: its drain time and a margin. */
const STOP_LIMIT = 40_000;
const KEPT_LINES = 100;
/** Log lines of successful requests. They are left out: they do not help to find a fault. */
const SUCCESSFUL = /"status":[123]\d\d,.*"msg":"request"/;

export interface ServiceOptions {
  /** A command prefix that runs the program with the same process id. */
  through?: readonly string[];
  onLine?: (line: string) => void;
}

/** One built process of the platform, run as in production. */
export class ServiceProcess {
  readonly app: AppName;
  /** Its URL, without a trailing slash. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #lines: string[];

  private constructor(app: AppName, url: string, running: Running) {
    this.app = app;
    this.url = url;
    this.exited = running.exited;
    this.#child = running.child;
    this.#lines = running.lines;
  }

  /**
   * Starts a process on a free port and waits until it reports that it is ready.
   *
   * @param environment - all its settings; it inherits none
   * @throws Error with its output when it does not become ready
   */
  static async start(
    app: AppName,
    environment: Record<string, string>,
    options: ServiceOptions = {},
  ): Promise<ServiceProcess> {
    const running = spawnApp(app, environment, options);
    const failed = running.exited.then((exit) => {
      throw new Error(`The ${app} ended during its start with ${exit.code ?? exit.signal}.`);
    });
    try {
      const url = await withTimeout(
        Promise.race([running.url, failed]),
        START_LIMIT,
        `The ${app} does not start`,
      );
      await ready(url);
      return new ServiceProcess(app, url, running);
    } catch (error) {
      running.child.kill('SIGKILL');
      throw new Error(`${String(error)}\n${running.lines.join('\n')}`, { cause: error });
    } finally {
      failed.catch(() => undefined);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines of its output. */
  get log(): string {
    return this.#lines.join('\n');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it with SIGTERM. @returns how it ended; resolves at once when it had already ended */
  async stop(): Promise<Exit> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), STOP_LIMIT);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Running {
  child: ChildProcess;
  lines: string[];
  url: Promise<string>;
  exited: Promise<Exit>;
}

function spawnApp(app: AppName, environment: Record<string, string>, options: ServiceOptions): Running {
  const program = fileURLToPath(new URL(`apps/${app}/dist/main.js`, ROOT));
  if (!existsSync(program)) throw new Error(`apps/${app} is not built; run "npm run build" first.`);
  const [command, ...args] = [...(options.through ?? []), NODE, program];
  const child = spawn(command, args, {
    env: createCleanEnvironment(environment),
    // The channel closes when this process ends, and the child then ends too.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const url = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        options.onLine?.(line);
        if (!SUCCESSFUL.test(line)) lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
        const found = urlIn(line);
        if (found !== undefined) resolve(found);
      });
    }
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, lines, url, exited };
}

/** The address in the log line with which the api or the worker reports that it listens. */
function urlIn(line: string): string | undefined {
  if (!/"msg":"(api is listening|worker is ready)"/.test(line)) return undefined;
  const { url, address } = JSON.parse(line) as { url?: string; address?: { port: number } };
  return url ?? `http://127.0.0.1:${address?.port}`;
}

/** Polls readiness: a process may listen before its database, broker and storage have answered. */
async function ready(url: string): Promise<void> {
  const until = Date.now() + START_LIMIT;
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.ok) return;
    if (Date.now() > until) throw new Error(`not ready: ${await answer.text()}`);
    await answer.body?.cancel();
    await pause(100);
  }
}
