import type { Watchdog } from '@darkroom/embedded';
import type { StartedTestContainer } from 'testcontainers';
import { startContainer } from './containers.js';

const PORT = 6379;

/**
 * Starts an empty Redis in a container.
 *
 * @param watchdog - removes it if this process is killed
 * @throws Error when no Docker engine answers, or the container does not start in time
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
