import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'environment.json';
const KEPT = /^(DARKROOM_|AWS_|DATABASE_URL|REDIS_URL)/;
/** Variables that no command needs. */
const LEFT_OUT = new Set(['DARKROOM_TOKEN', 'DARKROOM_LINK_SECRET', 'DARKROOM_PORT', 'DARKROOM_WORKER_PORT']);

/**
 * Writes the environment of the services to the data folder while they run, readable only by its owner. Commands such
 * as `npm run reconcile` use it to find the database and the broker.
 *
 * @returns a function that removes the file
 */
export async function writeEnvironment(
  data: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<void>> {
  const file = path.join(data, FILE);
  const kept = Object.entries(environment).filter(([name]) => KEPT.test(name) && !LEFT_OUT.has(name));
  await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(kept), null, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return () => rm(file, { force: true });
}
