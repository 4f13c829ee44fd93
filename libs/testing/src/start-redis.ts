import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis as startFromPath } from '@darkroom/embedded';
import { startContainer } from './containers.js';
import { firstThatStarts } from './first-that-starts.js';
import type { Started } from './services.js';

/** Starts a Redis with nothing in it: in a container, else the `redis-server` on the PATH. */
export function startRedis(): Promise<Started<{ url: string }>> {
  return firstThatStarts([
    { name: 'Docker', start: inContainer },
    { name: 'redis-server', start: fromPath },
  ]);
}

async function inContainer(): Promise<Started<{ url: string }>> {
  const container = await startContainer({
    image: 'redis:8',
    port: 6379,
    command: ['redis-server', '--maxmemory-policy', 'noeviction', '--save', ''],
    ready: /Ready to accept connections/,
  });
  return {
    service: { url: `redis://${container.getHost()}:${container.getMappedPort(6379)}` },
    stop: async () => void (await container.stop()),
  };
}

async function fromPath(): Promise<Started<{ url: string }>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-redis-'));
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startFromPath({ dataDir: folder, durable: false });
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
