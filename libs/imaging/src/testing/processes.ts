import { readdirSync, readFileSync } from 'node:fs';

/** Reads a line of the status page of a process on Linux; undefined after the process has ended. */
function statusOf(pid: number | string, field: string): string | undefined {
  try {
    return new RegExp(`^${field}:\\s+(\\S+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

/** Returns the ids of this process's children that have not ended. Only on Linux. */
export function childProcesses(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => statusOf(pid, 'PPid') === String(process.pid) && isRunning(pid)).map(Number);
}

/** Whether a process exists and is not a zombie. Only on Linux. */
export function isRunning(pid: number | string): boolean {
  const state = statusOf(pid, 'State');
  return state !== undefined && state !== 'Z' && state !== 'X';
}
