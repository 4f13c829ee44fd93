// Plain JavaScript without dependencies: part of start.mjs.
import { execFileSync } from 'node:child_process';

/** Milliseconds between two looks. */
const EVERY = 500;

/**
 * Calls `orphaned` when npm, or the shell that it runs scripts in, is gone: whoever ended npm alone (a CI job, a
 * process manager) meant all of it, and the shell passes no signal on.
 */
export function watchParents(orphaned) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watched = [shell, parentOf(shell)].filter((pid) => pid > 1);
  const timer = setInterval(() => {
    if (process.ppid === shell && watched.every(isAlive)) return;
    clearInterval(timer);
    orphaned();
  }, EVERY);
  timer.unref();
}

/** 0 where it cannot be told. */
function parentOf(pid) {
  try {
    return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
