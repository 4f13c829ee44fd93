import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Guarded, WatchdogMessage } from './watchdog-main.js';

export interface Watchdog {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /**
   * Has `what` ended should this process die. What was guarded last is ended first.
   *
   * @returns a function that takes it out again
   */
  guard(what: Guarded): () => void;
  /** Lets the watchdog go; it ends what is still guarded. Resolves when it is done. */
  close(): Promise<void>;
}

/**
 * Starts a process that holds one end of a pipe to this one and, when the pipe closes for whatever reason (SIGKILL
 * included), ends everything it guards: no server is left without a master.
 */
export function startWatchdog(): Watchdog {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = fileURLToPath(new URL(`./watchdog-main.${extension}`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // A watchdog that is gone leaves everything as it is without one.
  child.stdin.on('error', () => undefined);
  child.unref();
  let last = 0;
  const tell = (message: WatchdogMessage) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid,
    guard(what) {
      last += 1;
      const id = last;
      tell({ add: id, what });
      return () => tell({ remove: id });
    },
    async close() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
