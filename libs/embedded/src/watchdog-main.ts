// The watchdog process: stops what a killed parent left running. It imports no file of the workspace, so that Node can
// run this file compiled or not.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** What to clean up: a process, something that a command stops, or a temporary folder. */
export type Guarded =
  { pid: number; signals: NodeJS.Signals[]; grace: number } | { command: string[] } | { folder: string };

export type WatchdogMessage = { add: number; what: Guarded } | { remove: number };

const STEP = 50;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // A zombie: its new parent has not collected it yet.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return process.platform !== 'linux';
  }
}

async function end(what: Guarded): Promise<void> {
  if ('folder' in what) return rm(what.folder, { recursive: true, force: true });
  if ('command' in what) return runCommand(what.command);
  for (const signal of [...what.signals, 'SIGKILL' as const]) {
    if (!isAlive(what.pid)) return;
    try {
      process.kill(what.pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < what.grace && isAlive(what.pid); waited += STEP) await pause(STEP);
  }
}

/** The children it left behind: every guarded process leads a process group. */
function sweep(what: Guarded): void {
  if (!('pid' in what) || process.platform === 'win32') return;
  try {
    process.kill(-what.pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
}

function runCommand([program = '', ...rest]: string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

const guarded = new Map<number, Guarded>();
// A terminal's Ctrl-C is for the parent; the end of the pipe shows that it has ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as WatchdogMessage;
  if ('add' in message) guarded.set(message.add, message.what);
  else guarded.delete(message.remove);
}
// The last one started is stopped first: clients before the servers they use.
for (const what of [...guarded.values()].toReversed()) {
  await end(what).catch(() => undefined);
  sweep(what);
}
