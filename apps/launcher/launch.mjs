// Runs under the project's own Node, started by start.mjs. It hands over the environment, in one place.
import path from 'node:path';
import { createSteps } from '../../tools/bootstrap/steps.mjs';
import { main } from './dist/main.js';

process.exitCode = await main({
  environment: process.env,
  root: path.resolve(import.meta.dirname, '../..'),
  arguments: process.argv.slice(2),
  steps: createSteps(process.stdout),
});
// Whatever handle is still open belongs to something that was stopped.
process.exit();
