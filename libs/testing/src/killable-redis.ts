import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis, type Watchdog } from '@darkroom/embedded';
import { KillableServer, type RunningServer } from './killable-server.js';
import { startRedisContainer } from './redis-container.js';

/**
 * Starts a Redis that can be killed, and is empty when it starts again: the `redis-server` on the PATH, else a container.
 *
 * @param watchdog - cleans up if this process is killed
 */
export async function killableRedis(watchdog: Watchdog): Promise<KillableServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-redis-'));
  watchdog.guard({ folder });
  const password = randomBytes(24).toString('hex');
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    return await KillableServer.start(() => fromPath(folder, password, watchdog), clean);
  } catch {
    // Not on the PATH.
    return KillableServer.start(() => inContainer(watchdog));
  }
}

async function fromPath(dataDir: string, password: string, watchdog: Watchdog): Promise<RunningServer> {
  const server = await startRedis({ dataDir, durable: false, password, watchdog });
  return {
    url: server.url,
    stop: () => server.stop(),
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.ended;
    },
  };
}

async function inContainer(watchdog: Watchdog): Promise<RunningServer> {
  const { url, container } = await startRedisContainer(watchdog);
  return {
    url,
    stop: async () => void (await container.stop()),
    // Docker kills a container that has not ended in time.
    kill: async () => void (await container.stop({ timeout: 0 })),
  };
}
