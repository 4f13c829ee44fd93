import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Started } from './services.js';

/** Names under which systems install Chromium and Chrome, the same as in tools/doctor/probe-machine.mjs. */
export const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
/** Milliseconds in which it must print its version, on a busy machine. */
const ANSWER_LIMIT = 30_000;

/**
 * Finds the Chromium on the PATH. Starts nothing: tests open their own browsers.
 *
 * @throws Error when Chromium is not on the PATH, or does not run
 */
export async function findChromium(): Promise<Started<{ executable: string }>> {
  const executable = await onPath();
  if (executable === undefined) throw new Error(`none of ${CHROMIUM_NAMES.join(', ')} is on the PATH`);
  await promisify(execFile)(executable, ['--version'], { timeout: ANSWER_LIMIT });
  return { service: { executable }, stop: async () => undefined };
}

async function onPath(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const name of CHROMIUM_NAMES) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      const isExecutable = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isExecutable) return file;
    }
  }
  return undefined;
}
