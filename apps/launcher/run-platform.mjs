// Plain JavaScript without dependencies: part of start.mjs and dev.mjs.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { NODE, ROOT, environment } from '../../tools/bootstrap/bootstrap.mjs';
import { watchParents } from './parents.mjs';

/**
 * Runs the platform under the project's own Node until it ends or is asked to.
 *
 * @param {string[]} args - for launch.mjs
 * @param {Record<string, string>} additions - variables beside those of this process
 * @returns {Promise<number>} its exit code
 */
export function runPlatform(args, additions = {}) {
  return new Promise((resolve) => {
    const program = path.join(ROOT, 'apps', 'launcher', 'launch.mjs');
    // The channel tells the platform should this process be killed.
    const child = spawn(NODE, ['--enable-source-maps', program, ...args], {
      cwd: ROOT,
      env: environment(additions),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    // A terminal's Ctrl-C reaches both; the platform takes two in a row for one.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    watchParents(() => child.kill('SIGTERM'));
    child.once('error', (error) => {
      process.stderr.write(`${NODE} does not run: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) {
        process.stderr.write(`Darkroom was ended by ${signal}; what it had started is being stopped.\n`);
      }
      resolve(code ?? 1);
    });
  });
}
