import { setTimeout as pause } from 'node:timers/promises';
import { readProcessCommand } from './read-process-command.js';

/** Milliseconds: the sum of the limits that a watchdog gives api, worker, broker and database. */
const LIMIT = 120_000;

/**
 * Waits until the watchdog of an earlier process has stopped everything that process left running, so that no two
 * servers share a folder.
 *
 * @param pid - its process id; the system may have reused it since
 */
export async function waitForWatchdog(pid: number): Promise<void> {
  const deadline = Date.now() + LIMIT;
  while (Date.now() < deadline && (await readProcessCommand(pid)).includes('watchdog-main')) await pause(50);
}
