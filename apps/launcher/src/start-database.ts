import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  mayEnter,
  findPostgresAccount,
  SHARED_FOLDER,
  startPostgres,
  type Watchdog,
} from '@darkroom/embedded';
import { loadOrCreateSecret } from './load-or-create-secret.js';

export interface Database {
  url: string;
  /** Folder of its files. */
  folder: string;
  /** Resolves when it ends, with a phrase such as `exit code 1`. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * For one machine that is idle most of the time. The system caches the files, so PostgreSQL's own cache can be smaller
 * than its default of 128 MB, which it fills and never frees. Three processes that only read ahead, and one for
 * subscriptions of other databases, are left out.
 */
const SETTINGS = {
  shared_buffers: '32MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
};

/**
 * Starts the embedded PostgreSQL. The first start creates the database in the data folder.
 *
 * @throws DarkroomError `embedded_server`
 */
export async function startDatabase(
  data: string,
  watchdog: Watchdog,
  onLine: (line: string) => void,
): Promise<Database> {
  const folder = await chooseDatabaseFolder(data);
  const password = await loadOrCreateSecret(path.join(data, 'postgres.password'));
  const server = await startPostgres({ dataDir: folder, password, settings: SETTINGS, watchdog, onLine });
  return { ...server, folder };
}

/**
 * Returns `postgres` below the data folder. Under root, PostgreSQL runs as another user: if that user cannot enter the
 * data folder, returns a folder below /var/lib that belongs to this data folder.
 */
async function chooseDatabaseFolder(data: string): Promise<string> {
  const folder = path.join(data, 'postgres');
  const account = await findPostgresAccount();
  if (account === undefined || (await mayEnter(folder, account))) return folder;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const shared = path.join(SHARED_FOLDER, name);
  if (!(await stat(shared).catch(() => undefined))) await mkdir(shared, { recursive: true, mode: 0o711 });
  return path.join(shared, 'postgres');
}
