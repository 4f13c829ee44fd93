import { readdirSync, readFileSync } from 'node:fs';

/** A line of the status page of a process on Linux; undefined when the process is gone. */
function statusOf(pid: number | string, field: string): string | undefined {
  try {
    return new RegExp(`^${field}:\\s+(\\S+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

/** Ids of the processes that this one has started and that have not ended. Linux alone. */
export function childProcesses(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => statusOf(pid, 'PPid') === String(process.pid) && isRunning(pid)).map(Number);
}

/** Tells whether a process is there and is not merely waiting to be asked how it ended. Linux alone. */
export function isRunning(pid: number | string): boolean {
  const state = statusOf(pid, 'State');
  return state !== undefined && state !== 'Z' && state !== 'X';
}
