import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { eachLine, type Watchdog } from '@darkroom/embedded';
import { launchFault } from './errors.js';
import { readLogLine, type LogLine } from './log-line.js';
import { NODE_OPTIONS } from './node-options.js';

export interface ChildServiceOptions {
  name: keyof typeof NODE_OPTIONS;
  /** The JavaScript file to run. */
  entry: string;
  /** Whether it starts anew when a file changes that it has loaded; one that fails then waits for the next change. */
  reload: boolean;
  environment: Record<string, string | undefined>;
  /** Answers 200 when it is ready. */
  readyUrl: string;
  /** Milliseconds from SIGTERM until it is killed. */
  stopTimeout: number;
  watchdog: Watchdog;
  /** Every line that it writes. */
  onLine(line: string): void;
}

export interface ChildService {
  readonly name: string;
  /** Resolves when it has ended, with a sentence that says how and, where known, why. */
  readonly ended: Promise<string>;
  /** Asks it to end, and resolves when it and what it started are gone. */
  stop(): Promise<void>;
  /** Ends it and what it started at once. */
  kill(): void;
}

/** Milliseconds for a service to become ready: migrations of a large database included. */
const READY_TIMEOUT = 120_000;

/**
 * Starts one of our own services and waits until it is ready.
 *
 * It has a process group of its own, so that Ctrl-C at a terminal reaches it through the launcher alone, and an IPC
 * channel, whose end tells it that the launcher is gone.
 *
 * @throws DarkroomError `launch` when it ends instead, or is not ready in time
 */
export async function startChildService(
  options: ChildServiceOptions,
  signal: AbortSignal,
): Promise<ChildService> {
  const watching = options.reload ? ['--watch', '--watch-preserve-output'] : [];
  const child = spawn(process.execPath, [...watching, ...NODE_OPTIONS[options.name], options.entry], {
    detached: process.platform !== 'win32',
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const release =
    child.pid === undefined
      ? () => undefined
      : options.watchdog.guard({ pid: child.pid, signals: ['SIGTERM'], grace: options.stopTimeout });
  const errors: LogLine[] = [];
  eachLine(child, (line) => {
    options.onLine(line);
    const read = readLogLine(line);
    if (read.severity === 'error') errors.push(read);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`The ${options.name} cannot be run: ${error.message}.`));
    // What it may have started and left: that would also keep its output open.
    child.once('exit', () => killGroup(child));
    child.once('close', (code, by) => {
      release();
      resolve(epitaph(options.name, by ?? `exit code ${code}`, errors));
    });
  });
  const service: ChildService = {
    name: options.name,
    ended,
    stop: () => stop(child, ended, options.stopTimeout),
    kill: () => killGroup(child),
  };
  try {
    await ready(options, ended, signal);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

function epitaph(name: string, how: string, errors: LogLine[]): string {
  const reason = errors.at(-1)?.text.replace(/\.$/, '');
  return `The ${name} stopped unexpectedly (${how})${reason === undefined ? '' : `: ${reason}`}.`;
}

async function ready(
  options: ChildServiceOptions,
  ended: Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  let over: string | undefined;
  void ended.then((sentence) => (over = sentence));
  const deadline = Date.now() + READY_TIMEOUT;
  let last = 'it did not answer';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (over !== undefined) throw launchFault(over);
    try {
      const answer = await fetch(options.readyUrl, { signal: AbortSignal.timeout(5_000) });
      const body = await answer.text();
      if (answer.ok) return;
      last = `it answered ${answer.status} ${body.slice(0, 300)}`;
    } catch {
      // Not listening yet.
    }
    await Promise.race([pause(50), ended]);
  }
  throw launchFault(`The ${options.name} was not ready after ${READY_TIMEOUT / 1000} s: ${last}.`);
}

async function stop(child: ChildProcess, ended: Promise<string>, timeout: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => killGroup(child), timeout);
  await ended;
  clearTimeout(timer);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    // Windows has no groups: the child alone.
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
