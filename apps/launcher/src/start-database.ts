import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { mayEnter, postgresAccount, SHARED_FOLDER, startPostgres, type Watchdog } from '@darkroom/embedded';
import { keptSecret } from './kept-secret.js';

export interface Database {
  url: string;
  /** Where its files are. */
  folder: string;
  /** Resolves with a phrase such as `exit code 1` when it ends. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL over the database in the data folder, which it makes at the first start.
 *
 * @throws DarkroomError `embedded_server`
 */
export async function startDatabase(
  data: string,
  watchdog: Watchdog,
  onLine: (line: string) => void,
): Promise<Database> {
  const folder = await databaseFolder(data);
  const password = await keptSecret(path.join(data, 'postgres.password'));
  const server = await startPostgres({ dataDir: folder, password, watchdog, onLine });
  return { ...server, folder };
}

/**
 * `postgres` below the data folder. Only when this is root, whose PostgreSQL runs as another user, and a private
 * folder on the way keeps that user out, a folder for this data folder alone below /var/lib.
 */
async function databaseFolder(data: string): Promise<string> {
  const folder = path.join(data, 'postgres');
  const account = await postgresAccount();
  if (account === undefined || (await mayEnter(folder, account))) return folder;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const elsewhere = path.join(SHARED_FOLDER, name);
  if (!(await stat(elsewhere).catch(() => undefined)))
    await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  return path.join(elsewhere, 'postgres');
}
