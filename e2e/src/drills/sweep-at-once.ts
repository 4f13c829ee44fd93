import { execFile } from 'node:child_process';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment } from '@darkroom/testing';
import type { DrillPlatform } from './drill-platform.js';

const run = promisify(execFile);
const RECONCILE = fileURLToPath(new URL('../../../apps/worker/dist/reconcile-temp.mjs', import.meta.url));

/** Compares catalogue and storage as the reconciler does when it is time to, and grants no grace: nobody is at work. */
export async function sweepAtOnce(platform: DrillPlatform): Promise<void> {
  const [command, ...args] = [...(platform.disk?.through ?? []), process.execPath, RECONCILE];
  await run(command, args, { env: cleanEnvironment({ ...platform.settings }) });
}

/** What a killed worker has left among the temporary files goes with the first worker that starts a day later. */
export async function sweepTemporary(platform: DrillPlatform): Promise<void> {
  const names = await readdir(platform.temporary);
  if (names.length === 0) return;
  const dayBefore = new Date(Date.now() - 25 * 3_600_000);
  for (const name of names) await utimes(path.join(platform.temporary, name), dayBefore, dayBefore);
  await platform.end(await platform.start('worker'));
}
