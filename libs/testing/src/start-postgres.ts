import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres as startEmbedded, type Watchdog } from '@darkroom/embedded';
import type { Started } from './services.js';

/** vitest's maximum of workers (vitest.config.ts). */
const SERVERS = 4;

/**
 * Starts a server for each of vitest's workers: an open transaction anywhere on a server delays the change feeds of all
 * its databases, so test files that run at the same time cannot share one.
 */
export async function startPostgresServers(watchdog?: Watchdog): Promise<Started<{ urls: string[] }>> {
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => startPostgres(watchdog)));
  return {
    service: { urls: servers.map(({ service }) => service.url) },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/**
 * Starts an embedded PostgreSQL 18 whose data lives as long as the server.
 *
 * @param watchdog - cleans up if this process is killed
 */
export async function startPostgres(watchdog?: Watchdog): Promise<Started<{ url: string }>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-postgres-'));
  watchdog?.guard({ folder });
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    // When the test runs as root, the server runs as another user, who must be able to enter the folder.
    await chmod(folder, 0o755);
    const server = await startEmbedded({
      dataDir: path.join(folder, 'data'),
      password: 'darkroom',
      ...(watchdog && { watchdog }),
      settings: {
        max_connections: '300',
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
      },
    });
    return {
      service: { url: server.url },
      stop: async () => {
        await server.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}
