// Plain JavaScript without dependencies: part of start.mjs and dev.mjs.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { NODE, ROOT, environment } from '../../tools/bootstrap/bootstrap.mjs';
import { watchParents } from './parents.mjs';

const PROGRAM = path.join(ROOT, 'apps', 'launcher', 'launch.mjs');
const OPTIONS = ['--enable-source-maps', PROGRAM];

/**
 * Runs the platform in place of this process, which saves the 20 MB of a process that only waits. Where the system or
 * this Node cannot replace a process (Windows, Node before 22.15), runs it as a child.
 *
 * @param {string[]} args - for launch.mjs
 * @returns {Promise<number>} the exit code of the child; in place of this process, it does not return
 */
export async function becomePlatform(args) {
  if (process.platform === 'win32' || process.execve === undefined) return runPlatform(args);
  process.chdir(ROOT);
  return process.execve(NODE, [NODE, ...OPTIONS, ...args], environment());
}

/**
 * Runs the platform under the project's own Node until it ends or is told to stop.
 *
 * @param {string[]} args - for launch.mjs
 * @param {Record<string, string>} additions - variables in addition to those of this process
 * @returns {Promise<number>} its exit code
 */
export function runPlatform(args, additions = {}) {
  return new Promise((resolve) => {
    // The IPC channel closes when this process is killed, which stops the platform.
    const child = spawn(NODE, [...OPTIONS, ...args], {
      cwd: ROOT,
      env: environment(additions),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    // Ctrl-C at a terminal reaches both processes. The platform counts two signals in a row as one.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    watchParents(() => child.kill('SIGTERM'));
    child.once('error', (error) => {
      process.stderr.write(`Cannot run ${NODE}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) {
        process.stderr.write(`Darkroom was killed by ${signal}. Its services are being stopped.\n`);
      }
      resolve(code ?? 1);
    });
  });
}
