import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCleanEnvironment } from '@darkroom/testing';
import type { DrillPlatform } from './drill-platform.js';

const run = promisify(execFile);
const RECONCILE = fileURLToPath(new URL('../../../apps/worker/dist/reconcile/main.js', import.meta.url));

/** `npm run reconcile` without a grace period: all uploads have ended. */
export async function reconcileNow(platform: DrillPlatform): Promise<void> {
  const [command, ...args] = commandFor(platform);
  await run(command ?? '', [...args, '--grace', '0'], { env: environmentOf(platform) });
}

/** `npm run reconcile` on a running platform, for a drill that kills it. */
export function startReconciler(platform: DrillPlatform): ChildProcess {
  const [command, ...args] = commandFor(platform);
  return spawn(command ?? '', args, { env: environmentOf(platform), stdio: 'ignore' });
}

/**
 * Removes the temporary files of killed workers. A worker deletes day-old files when it starts, so this sets the files'
 * dates back and starts one.
 */
export async function sweepTemporary(platform: DrillPlatform): Promise<void> {
  const names = await readdir(platform.temporary);
  if (names.length === 0) return;
  const dayBefore = new Date(Date.now() - 25 * 3_600_000);
  for (const name of names) await utimes(path.join(platform.temporary, name), dayBefore, dayBefore);
  await platform.end(await platform.start('worker'));
}

function commandFor({ disk }: DrillPlatform): string[] {
  return [...(disk?.through ?? []), process.execPath, RECONCILE];
}

function environmentOf({ settings }: DrillPlatform): Record<string, string | undefined> {
  return createCleanEnvironment({ ...settings, LOG_LEVEL: 'silent' });
}
