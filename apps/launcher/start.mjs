// `npm start` installs and compiles what is missing, then runs the platform under the project's own Node.
// Plain JavaScript without dependencies: it runs before anything is installed, on any Node from version 20.
import {
  BootstrapFault,
  build,
  buildWeb,
  bundle,
  ensureInstalled,
} from '../../tools/bootstrap/bootstrap.mjs';
import { refuseOptions } from './refuse-options.mjs';
import { becomePlatform } from './run-platform.mjs';
import { createSteps } from '../../tools/bootstrap/steps.mjs';

// Continue without output when the terminal or the pipe is closed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
refuseOptions('npm start', 'installs and compiles what is missing, and runs Darkroom until Ctrl-C');
const steps = createSteps(process.stdout);
try {
  await ensureInstalled(steps);
  await build(steps, ['apps/api', 'apps/worker', 'apps/launcher']);
  await buildWeb(steps);
  await bundle(steps);
  process.exitCode = await becomePlatform(['--bundled']);
} catch (error) {
  process.stderr.write(`${error instanceof BootstrapFault ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
