import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Guarded, WatchdogMessage } from './watchdog-main.js';

export interface Watchdog {
  /** Undefined when the watchdog could not be started. */
  readonly pid: number | undefined;
  /**
   * Cleans `what` up if this process dies. What was guarded last is stopped first.
   *
   * @returns a function that stops guarding it
   */
  guard(what: Guarded): () => void;
  /** Ends the watchdog, which first stops everything still guarded. Resolves when it is done. */
  close(): Promise<void>;
}

/**
 * Starts a process that holds one end of a pipe to this one. When the pipe closes for any reason (SIGKILL included), it
 * stops everything it guards: no server is orphaned.
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
  // When the watchdog itself has died, everything else still works.
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
