import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LauncherSettings } from '@darkroom/config';
import { startRedis, type Redis, type Watchdog } from '@darkroom/embedded';
import { privateFolder } from './data-folder.js';
import { launchFault } from './errors.js';

const run = promisify(execFile);

/** What hands out the jobs. */
export interface Broker {
  kind: 'redis' | 'postgres';
  /** How to reach it; undefined for PostgreSQL, which is the database. */
  url: string | undefined;
  /** In a person's words. */
  description: string;
  /** The server, where it is ours. */
  server: Redis | undefined;
}

/** Redis 6.2 is the oldest that BullMQ supports. */
const OLDEST = [6, 2] as const;

/**
 * Finds the broker: the one of `REDIS_URL`, else a `redis-server` on the PATH, else the database.
 *
 * @throws DarkroomError `launch` when `DARKROOM_BROKER=redis` and there is none
 */
export async function startBroker(
  settings: LauncherSettings,
  watchdog: Watchdog,
  onLine: (line: string) => void,
): Promise<Broker> {
  const { kind, redisUrl } = settings.broker;
  if (kind === 'postgres') return onDatabase('the database');
  if (redisUrl !== undefined) {
    return { kind: 'redis', url: redisUrl.reveal(), description: 'Redis at REDIS_URL', server: undefined };
  }
  try {
    await checkVersion();
    const dataDir = await privateFolder(path.join(settings.data, 'redis'));
    const server = await startRedis({ dataDir, durable: true, watchdog, onLine });
    return { kind: 'redis', url: server.url, description: 'redis-server from the PATH', server };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (kind === 'redis') {
      throw launchFault(
        `DARKROOM_BROKER=redis, but there is no Redis: ${reason}; set REDIS_URL, or leave DARKROOM_BROKER unset.`,
        error,
      );
    }
    return onDatabase(`the database (no Redis: ${reason})`);
  }
}

function onDatabase(description: string): Broker {
  return { kind: 'postgres', url: undefined, description, server: undefined };
}

async function checkVersion(): Promise<void> {
  const found = await run('redis-server', ['--version']).catch((error: NodeJS.ErrnoException) => {
    throw launchFault(
      error.code === 'ENOENT' ? 'no redis-server on the PATH' : `redis-server does not run (${error.code})`,
      error,
    );
  });
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(found.stdout) ?? [];
  const version = [Number(major), Number(minor)] as const;
  if (version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1])) return;
  throw launchFault(`redis-server on the PATH is older than ${OLDEST.join('.')}`);
}
