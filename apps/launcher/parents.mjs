// Plain JavaScript without dependencies: part of start.mjs, dev.mjs and launch.mjs.
import { execFileSync } from 'node:child_process';

/** Milliseconds between two checks. */
const EVERY = 500;

/**
 * Calls `orphaned` when npm, or the shell in which it runs scripts, has ended. A CI job or a process manager may end
 * only npm when it means the whole platform, and the shell does not forward signals.
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

/** Returns the parent's process id; 0 when it is unknown. */
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
