import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCleanEnvironment } from './create-clean-environment.js';
import type { Started } from './services.js';

/** The encoders that the field itself uses, so that tests do not compare our decoders with our own drawings. */
const PACKAGES = [
  'numpy==2.4.6',
  'pillow==13.0.0',
  'pillow-heif==1.8.1',
  'tifffile==2026.3.3',
  'imagecodecs==2026.3.6',
  'psd-tools==1.26.0',
  // Not an encoder: reads the OpenAPI document.
  'openapi-spec-validator==0.9.0',
];
/** Kept between runs, and deleted with `node_modules`. */
const VENV = fileURLToPath(new URL('../../../node_modules/.cache/field-encoders', import.meta.url));
const COMMAND = path.join(VENV, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
/** Written last; its name holds the packages, so that other versions are installed again. */
const COMPLETE = path.join(VENV, `${PACKAGES.join('_')}.complete`);
/** Milliseconds for pip to fetch and install them. */
const INSTALL_LIMIT = 240_000;

const run = promisify(execFile);

/**
 * Finds the virtual environment with the encoders, or creates it with python3 and pip.
 *
 * @throws Error with one sentence that says why it is not available
 */
export async function findPython(): Promise<Started<{ command: string }>> {
  if (!existsSync(COMPLETE)) await install();
  return { service: { command: COMMAND }, stop: async () => undefined };
}

async function install(): Promise<void> {
  const options = { env: { ...createCleanEnvironment(), PYTHONUTF8: '1' }, timeout: INSTALL_LIMIT };
  try {
    await rm(VENV, { recursive: true, force: true });
    await mkdir(path.dirname(VENV), { recursive: true });
    await run('python3', ['-m', 'venv', VENV], options);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
    await run(COMMAND, [...pip, ...PACKAGES], options);
    await writeFile(COMPLETE, '');
  } catch (error) {
    const message = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const reason = message === undefined || message === '' ? String(error).split('\n')[0] : message;
    throw new Error(`python3 and pip cannot install the encoders of the tests: ${reason}`, { cause: error });
  }
}
