// `npm run reconcile`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './bootstrap/bootstrap.mjs';
import { runCommand } from './command.mjs';

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

await runCommand('apps/worker', 'apps/worker/dist/reconcile/main.js', ofRunningPlatform);
