import { spawn, type ChildProcess } from 'node:child_process';
import { eachLine } from './each-line.js';
import { serverFault } from './errors.js';
import type { Account } from './system-account.js';
import type { Watchdog } from './watchdog.js';

export interface ServerProcessOptions {
  /** Its display name, e.g. `PostgreSQL`. */
  name: string;
  command: string;
  args: string[];
  cwd: string;
  /** User to run as; only root can switch users. */
  account?: Account | undefined;
  /** The server counts as started when a line of its output matches. */
  ready: RegExp;
  /** Signals that stop it, mildest first; it gets `stopTimeout` after each before the next. */
  stopSignals: NodeJS.Signals[];
  /** Milliseconds to wait after each signal. */
  stopTimeout?: number;
  /** Milliseconds until the start counts as failed. */
  startTimeout?: number;
  onLine?: ((line: string) => void) | undefined;
  /** Stops the server if this process is killed. */
  watchdog?: Watchdog | undefined;
}

/** A server that runs as a child of this process. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended for any reason, with a phrase such as `exit code 1`. */
  readonly ended: Promise<string>;
  /** Stops it, with harder signals after a while; resolves when it has ended. */
  stop(): Promise<void>;
}

const KEPT_LINES = 20;
const STOP_TIMEOUT = 10_000;

/**
 * Starts a server and waits until it reports that it is ready.
 *
 * It runs in a separate process group, so that Ctrl-C at a terminal does not stop it before its clients.
 *
 * @throws DarkroomError `embedded_server` with its last line when it ends or stays silent
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.account,
  });
  const release = guard(child, options);
  const lines: string[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  void ended.then(release);
  const ready = new Promise<'ready'>((resolve) => {
    eachLine(child, (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine?.(line);
      if (options.ready.test(line)) resolve('ready');
    });
  });
  const outcome = await Promise.race([
    ready,
    ended.then((how) => ({ how })),
    after(options.startTimeout ?? 60_000),
  ]);
  if (outcome !== 'ready') {
    await stopProcess(child, ended, options);
    const how = outcome === undefined ? 'it did not become ready in time' : outcome.how;
    const last = telling(lines);
    throw serverFault(`${options.name} did not start: ${how}${last === '' ? '' : `; it said: ${last}`}`);
  }
  return { pid: child.pid ?? 0, ended, stop: () => stopProcess(child, ended, options) };
}

function guard(child: ChildProcess, options: ServerProcessOptions): () => void {
  if (child.pid === undefined || options.watchdog === undefined) return () => undefined;
  const grace = options.stopTimeout ?? STOP_TIMEOUT;
  return options.watchdog.guard({ pid: child.pid, signals: options.stopSignals, grace });
}

/** The most useful line: the last fatal one, else the last. */
function telling(lines: string[]): string {
  return lines.findLast((line) => /fatal|error/i.test(line)) ?? lines.at(-1) ?? '';
}

async function stopProcess(
  child: ChildProcess,
  ended: Promise<string>,
  options: ServerProcessOptions,
): Promise<void> {
  for (const signal of [...options.stopSignals, 'SIGKILL' as const]) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const how = await Promise.race([ended, after(options.stopTimeout ?? STOP_TIMEOUT)]);
    if (how !== undefined) return;
  }
}

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), milliseconds).unref();
  });
}
