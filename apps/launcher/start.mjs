// `npm start`: installs and compiles what is missing, then runs the platform under the project's own Node.
// Plain JavaScript without dependencies: it runs before anything is installed, on whatever Node ≥ 20 there is.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { BootstrapFault, NODE, ROOT, build, buildWeb, ensureInstalled, environment } from './bootstrap.mjs';
import { watchParents } from './parents.mjs';
import { createSteps } from './steps.mjs';

// A terminal or a pipe that is gone is no reason to stop halfway.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const steps = createSteps(process.stdout);
try {
  await ensureInstalled(steps);
  await build(steps, ['apps/api', 'apps/worker', 'apps/launcher']);
  await buildWeb(steps);
  process.exitCode = await runPlatform();
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapFault ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

function runPlatform() {
  return new Promise((resolve) => {
    const program = path.join(import.meta.dirname ?? path.join(ROOT, 'apps', 'launcher'), 'launch.mjs');
    // The channel tells the platform should this process be killed.
    const child = spawn(NODE, ['--enable-source-maps', program, ...process.argv.slice(2)], {
      cwd: ROOT,
      env: environment(),
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
