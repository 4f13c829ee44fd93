import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LauncherSettings } from '@darkroom/config';
import { startRedis, type Redis, type Watchdog } from '@darkroom/embedded';
import { createPrivateFolder } from './data-folder.js';
import { launchFault } from './errors.js';

const run = promisify(execFile);

/** The broker of the job queue. */
export interface Broker {
  kind: 'redis' | 'postgres';
  /** Its URL; undefined for PostgreSQL, which uses the database's. */
  url: string | undefined;
  /** For display. */
  description: string;
  /** The server, if the launcher started it. */
  server: Redis | undefined;
}

/** Half a second is the longest that a delayed job is late. Redis' own 10 keep an idle laptop busier than the api does. */
const REDIS_HZ = 2;
/** BullMQ supports Redis from version 6.2. */
const OLDEST = [6, 2] as const;

/**
 * Starts or finds the broker: the one at `REDIS_URL`, else a `redis-server` on the PATH, else the database.
 *
 * @throws DarkroomError `launch` when `DARKROOM_BROKER=redis` and there is no Redis
 */
export async function startBroker(
  settings: LauncherSettings,
  watchdog: Watchdog,
  onLine: (line: string) => void,
): Promise<Broker> {
  const { kind, redisUrl } = settings.broker;
  if (kind === 'postgres') return createDatabaseBroker('the database');
  if (redisUrl !== undefined) {
    return { kind: 'redis', url: redisUrl.reveal(), description: 'Redis at REDIS_URL', server: undefined };
  }
  try {
    await checkVersion();
    const dataDir = await createPrivateFolder(path.join(settings.data, 'redis'));
    const server = await startRedis({ dataDir, durable: true, hz: REDIS_HZ, watchdog, onLine });
    return { kind: 'redis', url: server.url, description: 'redis-server from the PATH', server };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (kind === 'redis') {
      throw launchFault(
        `DARKROOM_BROKER=redis needs Redis: ${reason}. Install redis-server, set REDIS_URL, or unset DARKROOM_BROKER.`,
        error,
      );
    }
    return createDatabaseBroker(`the database (${reason})`);
  }
}

function createDatabaseBroker(description: string): Broker {
  return { kind: 'postgres', url: undefined, description, server: undefined };
}

async function checkVersion(): Promise<void> {
  const found = await run('redis-server', ['--version']).catch((error: NodeJS.ErrnoException) => {
    throw launchFault(
      error.code === 'ENOENT' ? 'no redis-server on the PATH' : `cannot run redis-server (${error.code})`,
      error,
    );
  });
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(found.stdout) ?? [];
  const version = [Number(major), Number(minor)] as const;
  if (version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1])) return;
  throw launchFault(`the redis-server on the PATH is older than version ${OLDEST.join('.')}`);
}
