// `npm run provision`, `npm run teardown` and `npm run status`: installs and compiles what is missing, then runs the
// command under the project's own Node. Plain JavaScript without dependencies: it runs before anything is installed, on
// whatever Node ≥ 20 there is. What it says goes to the standard error, so that `--json` has the output to itself.
import { spawn } from 'node:child_process';
import path from 'node:path';
import {
  BootstrapFault,
  NODE,
  ROOT,
  build,
  ensureInstalled,
  environment,
} from '../apps/launcher/bootstrap.mjs';
import { createSteps } from '../apps/launcher/steps.mjs';

try {
  await prepare();
  process.exitCode = await runCommand();
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapFault ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

/** Silent when all is there, as in every run but the first. */
async function prepare() {
  const steps = createSteps(process.stderr);
  await ensureInstalled(steps);
  await build({ ...steps, step: (_, work) => work(() => undefined) }, ['provision']);
}

function runCommand() {
  return new Promise((resolve) => {
    const program = path.join(ROOT, 'provision', 'main.mjs');
    const child = spawn(NODE, ['--enable-source-maps', program, ...process.argv.slice(2)], {
      cwd: ROOT,
      env: environment(),
      stdio: 'inherit',
    });
    // A terminal's Ctrl-C reaches both; the command finishes the call in hand.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => {
      process.stderr.write(`${NODE} does not run: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
