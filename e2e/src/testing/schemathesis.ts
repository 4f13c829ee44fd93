import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCleanEnvironment } from '@darkroom/testing';

const VERSION = '4.32.5';
/** Kept between runs, and deleted with `node_modules`. */
const VENV = fileURLToPath(new URL(`../../../node_modules/.cache/schemathesis-${VERSION}`, import.meta.url));
const BIN = path.join(VENV, process.platform === 'win32' ? 'Scripts' : 'bin');
/** Milliseconds for pip to fetch and install it. */
const INSTALL_LIMIT = 150_000;

export interface Finding {
  passed: boolean;
  /** Its output. */
  report: string;
}

const run = promisify(execFile);

/**
 * Finds schemathesis on the PATH or in a virtual environment, which it creates with python3 and pip.
 *
 * @returns the command
 * @throws Error with one sentence that says why it is not available
 */
export async function findSchemathesis(): Promise<string> {
  const own = path.join(BIN, 'schemathesis');
  for (const command of ['schemathesis', own]) if (await isWanted(command)) return command;
  try {
    await rm(VENV, { recursive: true, force: true });
    await mkdir(path.dirname(VENV), { recursive: true });
    await run('python3', ['-m', 'venv', VENV], options(INSTALL_LIMIT));
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
    await run(path.join(BIN, 'python'), [...pip, `schemathesis==${VERSION}`], options(INSTALL_LIMIT));
  } catch (error) {
    const message = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const reason = message === undefined || message === '' ? String(error).split('\n')[0] : message;
    throw new Error(`python3 and pip cannot install schemathesis ${VERSION}: ${reason}`, {
      cause: error,
    });
  }
  return own;
}

async function isWanted(command: string): Promise<boolean> {
  try {
    const { stdout } = await run(command, ['--version'], options(30_000));
    return stdout.includes(VERSION);
  } catch {
    return false;
  }
}

function options(timeout: number, cwd?: string) {
  const env = { ...createCleanEnvironment(), NO_COLOR: '1', PYTHONUTF8: '1' };
  return { env, timeout, cwd, maxBuffer: 64 * 1024 * 1024 };
}

/**
 * Tests an api against its OpenAPI document.
 *
 * @param folder - where schemathesis stores its state for the next run
 * @param limit - in milliseconds
 */
export async function runSchemathesis(
  command: string,
  args: string[],
  folder: string,
  limit: number,
): Promise<Finding> {
  try {
    const { stdout } = await run(command, args, options(limit, folder));
    return { passed: true, report: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { passed: false, report: `${stdout}\n${stderr}\n${stdout === '' ? String(error) : ''}` };
  }
}
