import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processCommand } from './process-command.js';

/**
 * Ends a PostgreSQL that still serves `dataDir` although whoever started it is gone, and removes a lock file whose
 * process id meanwhile belongs to something else (after a restart of the machine or the container).
 *
 * Only the holder of the folder may call this.
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
  const command = await processCommand(pid);
  return command.includes('postgres') && command.includes(dataDir);
}
