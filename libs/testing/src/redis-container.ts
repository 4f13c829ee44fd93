import type { Watchdog } from '@darkroom/embedded';
import type { StartedTestContainer } from 'testcontainers';
import { startContainer } from './containers.js';

const PORT = 6379;

/**
 * Starts a Redis with nothing in it in a container.
 *
 * @param watchdog - removes it should this process be killed
 * @throws Error when no Docker engine answers, or the container does not come up in time
 */
export async function startRedisContainer(
  watchdog?: Watchdog,
): Promise<{ url: string; container: StartedTestContainer }> {
  const container = await startContainer({
    image: 'redis:8',
    port: PORT,
    command: ['redis-server', '--maxmemory-policy', 'noeviction', '--save', ''],
    ready: /Ready to accept connections/,
    watchdog,
  });
  return { url: `redis://${container.getHost()}:${container.getMappedPort(PORT)}`, container };
}
