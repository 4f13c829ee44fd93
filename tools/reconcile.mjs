// `npm run reconcile`: compares catalogue, queue and storage by hand.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './bootstrap/bootstrap.mjs';
import { runCommand } from './command.mjs';

/** Returns the environment of a running `npm start`. Empty if this environment names the database. */
function readRunningPlatform() {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) return {};
  const data = path.resolve(ROOT, process.env.DARKROOM_DATA || '.darkroom');
  try {
    return JSON.parse(readFileSync(path.join(data, 'environment.json'), 'utf8'));
  } catch {
    process.stderr.write(
      `No running Darkroom found in ${data}. Start it with npm start, or set DATABASE_URL.\n`,
    );
    return {};
  }
}

await runCommand('apps/worker', 'apps/worker/dist/reconcile/main.js', readRunningPlatform);
