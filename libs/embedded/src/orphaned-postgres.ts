import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readProcessCommand } from './read-process-command.js';

/**
 * Stops a PostgreSQL that still serves `dataDir` after its parent has died. Removes a stale lock file whose process id
 * now belongs to another process (after a restart of the machine or the container).
 *
 * Only the process that holds the folder's lock may call this.
 */
export async function endOrphan(dataDir: string): Promise<void> {
  const lockFile = path.join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await serves(pid, dataDir))) break;
    process.kill(pid, signal);
    for (let tries = 0; tries < 100 && (await serves(pid, dataDir)); tries += 1) await pause(100);
  }
  await rm(lockFile, { force: true });
}

async function serves(pid: number, dataDir: string): Promise<boolean> {
  const command = await readProcessCommand(pid);
  return command.includes('postgres') && command.includes(dataDir);
}
