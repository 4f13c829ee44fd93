// `npm run reconcile`: installs and compiles what is missing, then runs the command under the project's own Node. Plain
// JavaScript without dependencies: it runs before anything is installed, on whatever Node ≥ 20 there is. What it says goes
// to the standard error, so that `--json` has the output to itself.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  await build({ ...steps, step: (_, work) => work(() => undefined) }, ['apps/worker']);
}

/** What a running `npm start` has started and chosen; a Darkroom that is set up by variables needs none of it. */
function ofRunningPlatform() {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) return {};
  const data = path.resolve(ROOT, process.env.DARKROOM_DATA || '.darkroom');
  try {
    return JSON.parse(readFileSync(path.join(data, 'environment.json'), 'utf8'));
  } catch {
    process.stderr.write(`No Darkroom runs on ${data}: start it, or set DATABASE_URL.\n`);
    return {};
  }
}

function runCommand() {
  return new Promise((resolve) => {
    const program = path.join(ROOT, 'apps', 'worker', 'dist', 'reconcile', 'main.js');
    const child = spawn(NODE, ['--enable-source-maps', program, ...process.argv.slice(2)], {
      cwd: ROOT,
      env: environment(ofRunningPlatform()),
      stdio: 'inherit',
    });
    // A terminal's Ctrl-C reaches both; the command ends between two pages.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => {
      process.stderr.write(`${NODE} does not run: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
