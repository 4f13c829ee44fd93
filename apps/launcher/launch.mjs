// Runs under the project's own Node, started by start.mjs. The environment is handed over here, in one place.
import path from 'node:path';
import { main } from './dist/main.js';

process.exitCode = await main({
  environment: process.env,
  root: path.resolve(import.meta.dirname, '../..'),
  arguments: process.argv.slice(2),
});
// Whatever handle is still open belongs to something that was stopped.
process.exit();
