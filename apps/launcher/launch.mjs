// Started by start.mjs under the project's own Node. This is the only place that reads the environment.
import path from 'node:path';
import { createSteps } from '../../tools/bootstrap/steps.mjs';
import { watchParents } from './parents.mjs';

// `npm start` runs the bundles; `npm run dev` and the tests run the compiled files.
const isBundled = process.argv.includes('--bundled');
// In place of start.mjs, it has the parents of `npm start`; otherwise start.mjs or dev.mjs watches them.
if (isBundled && process.send === undefined) watchParents(() => process.kill(process.pid, 'SIGTERM'));
const { main } = await import(isBundled ? './bundle/main.js' : './dist/main.js');
process.exitCode = await main({
  environment: process.env,
  root: path.resolve(import.meta.dirname, '../..'),
  arguments: process.argv.slice(2),
  steps: createSteps(process.stdout),
});
// Any handle still open belongs to something that was stopped.
process.exit();
