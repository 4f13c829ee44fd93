// Plain JavaScript without dependencies: part of start.mjs and dev.mjs.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { NODE, ROOT, environment } from '../../tools/bootstrap/bootstrap.mjs';
import { watchParents } from './parents.mjs';

/**
 * Runs the platform under the project's own Node until it ends or is told to stop.
 *
 * @param {string[]} args - for launch.mjs
 * @param {Record<string, string>} additions - variables in addition to those of this process
 * @returns {Promise<number>} its exit code
 */
export function runPlatform(args, additions = {}) {
  return new Promise((resolve) => {
    const program = path.join(ROOT, 'apps', 'launcher', 'launch.mjs');
    // The IPC channel closes when this process is killed, which stops the platform.
    const child = spawn(NODE, ['--enable-source-maps', program, ...args], {
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
