// Runs under the project's Node, started by tools/provision.mjs. Only this file reads the environment.
import path from 'node:path';
import { main } from './dist/src/main.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort());
process.exitCode = await main({
  environment: process.env,
  root: path.resolve(import.meta.dirname, '..'),
  arguments: process.argv.slice(2),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  signal: stop.signal,
});
process.exit();
