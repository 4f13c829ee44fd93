// `npm run reconcile`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './bootstrap/bootstrap.mjs';
import { runCommand } from './command.mjs';

/** The settings of a running `npm start`. A Darkroom configured by variables does not need them. */
function ofRunningPlatform() {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) return {};
  const data = path.resolve(ROOT, process.env.DARKROOM_DATA || '.darkroom');
  try {
    return JSON.parse(readFileSync(path.join(data, 'environment.json'), 'utf8'));
  } catch {
    process.stderr.write(`Darkroom is not running on ${data}. Start it, or set DATABASE_URL.\n`);
    return {};
  }
}

await runCommand('apps/worker', 'apps/worker/dist/reconcile/main.js', ofRunningPlatform);
