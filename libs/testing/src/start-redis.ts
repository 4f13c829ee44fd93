import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis as startFromPath, type Watchdog } from '@darkroom/embedded';
import { firstThatStarts } from './first-that-starts.js';
import { startRedisContainer } from './redis-container.js';
import type { Started } from './services.js';

/**
 * Starts an empty Redis: in a container, else the `redis-server` on the PATH.
 *
 * @param watchdog - cleans up if this process is killed
 */
export function startRedis(watchdog?: Watchdog): Promise<Started<{ url: string }>> {
  return firstThatStarts([
    { name: 'Docker', start: () => inContainer(watchdog) },
    { name: 'redis-server', start: () => fromPath(watchdog) },
  ]);
}

async function inContainer(watchdog?: Watchdog): Promise<Started<{ url: string }>> {
  const { url, container } = await startRedisContainer(watchdog);
  return { service: { url }, stop: async () => void (await container.stop()) };
}

async function fromPath(watchdog?: Watchdog): Promise<Started<{ url: string }>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-redis-'));
  watchdog?.guard({ folder });
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startFromPath({ dataDir: folder, durable: false, ...(watchdog && { watchdog }) });
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
