import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { eachLine, type Watchdog } from '@darkroom/embedded';
import { launchFault } from './errors.js';
import { readLogLine, type LogLine } from './log-line.js';
import { NODE_OPTIONS } from './node-options.js';

export interface ChildServiceOptions {
  name: keyof typeof NODE_OPTIONS;
  /** The JavaScript file to run. */
  entry: string;
  /** Whether it restarts when a file that it has loaded changes. After a failure it waits for the next change. */
  reload: boolean;
  environment: Record<string, string | undefined>;
  /** Responds with 200 when the service is ready. */
  readyUrl: string;
  /** Milliseconds from SIGTERM to SIGKILL. */
  stopTimeout: number;
  watchdog: Watchdog;
  /** Called with every line that the service writes. */
  onLine(line: string): void;
}

export interface ChildService {
  readonly name: string;
  /** Resolves when the service has ended, with a sentence that states how and, if known, why. */
  readonly ended: Promise<string>;
  /** Stops the service. Resolves when it and its child processes have ended. */
  stop(): Promise<void>;
  /** Kills the service and its child processes. */
  kill(): void;
}

/** Milliseconds for a service to become ready, including migrations of a large database. */
const READY_TIMEOUT = 120_000;

/**
 * Starts the api or the worker and waits until it is ready.
 *
 * The service has a separate process group, so that Ctrl-C at a terminal reaches it only through the launcher. It has
 * an IPC channel, which closes when the launcher ends.
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
    child.once('error', (error) => resolve(`Cannot run the ${options.name}: ${error.message}.`));
    // Child processes that it left behind would keep its output open.
    child.once('exit', () => killGroup(child));
    child.once('close', (code, by) => {
      release();
      resolve(describeEnd(options.name, by ?? `exit code ${code}`, errors));
    });
  });
  const service: ChildService = {
    name: options.name,
    ended,
    stop: () => stop(child, ended, options.stopTimeout),
    kill: () => killGroup(child),
  };
  try {
    await waitUntilReady(options, ended, signal);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

function describeEnd(name: string, how: string, errors: LogLine[]): string {
  const reason = errors.at(-1)?.text.replace(/\.$/, '');
  return `The ${name} stopped unexpectedly (${how})${reason === undefined ? '' : `: ${reason}`}.`;
}

async function waitUntilReady(
  options: ChildServiceOptions,
  ended: Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  let endSentence: string | undefined;
  void ended.then((sentence) => (endSentence = sentence));
  const deadline = Date.now() + READY_TIMEOUT;
  let last = 'it did not respond';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (endSentence !== undefined) throw launchFault(endSentence);
    try {
      const { status, body } = await getText(options.readyUrl);
      if (status === 200) return;
      last = `it responded with ${status} ${body.slice(0, 300)}`;
    } catch {
      // Not listening yet.
    }
    await Promise.race([pause(25), ended]);
  }
  throw launchFault(`The ${options.name} was not ready after ${READY_TIMEOUT / 1000} s: ${last}.`);
}

/** Not `fetch`, which keeps 10 MB of the launcher for as long as the platform runs. */
function getText(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(5_000), agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.once('error', reject);
  });
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
    // Windows has no process groups: kill only the child.
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // The group has already ended.
  }
}
