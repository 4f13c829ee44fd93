import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort, startServerProcess, type Watchdog } from '@darkroom/embedded';
import { startContainer } from './containers.js';
import { firstThatStarts } from './first-that-starts.js';
import type { S3Service, Started } from './services.js';

const KEYS = { accessKeyId: 'darkroom', secretAccessKey: 'darkroom-secret', region: 'us-east-1' };

/**
 * Starts an S3 server without buckets: versitygw in a container, else versitygw or minio from the PATH.
 *
 * @param watchdog - cleans up if this process is killed
 */
export function startS3(watchdog?: Watchdog): Promise<Started<S3Service>> {
  return firstThatStarts([
    { name: 'Docker', start: () => inContainer(watchdog) },
    { name: 'versitygw', start: () => fromPath(versitygw, watchdog) },
    { name: 'minio', start: () => fromPath(minio, watchdog) },
  ]);
}

async function inContainer(watchdog?: Watchdog): Promise<Started<S3Service>> {
  const container = await startContainer({
    image: 'versity/versitygw:latest',
    port: 7070,
    // Metadata in separate files: not every file system below a container has extended attributes.
    command: versitygwArguments(':7070', '/tmp', '/var/tmp'),
    ready: /VersityGW|listening|admin\/s3/i,
    watchdog,
  });
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(7070)}`;
  await answers(endpoint);
  return { service: { endpoint, ...KEYS }, stop: async () => void (await container.stop()) };
}

function versitygwArguments(address: string, objects: string, metadata: string): string[] {
  const keys = ['--access', KEYS.accessKeyId, '--secret', KEYS.secretAccessKey, '--region', KEYS.region];
  return ['--port', address, ...keys, 'posix', '--sidecar', metadata, objects];
}

const versitygw: Program = (port, folder) => ({
  name: 'versitygw',
  command: 'versitygw',
  args: versitygwArguments(`127.0.0.1:${port}`, path.join(folder, 'objects'), path.join(folder, 'metadata')),
  ready: /VersityGW|listening|admin\/s3/i,
});

const minio: Program = (port, folder) => ({
  name: 'minio',
  // minio reads its keys only from the environment.
  command: 'env',
  args: [
    `MINIO_ROOT_USER=${KEYS.accessKeyId}`,
    `MINIO_ROOT_PASSWORD=${KEYS.secretAccessKey}`,
    'minio',
    'server',
    '--address',
    `127.0.0.1:${port}`,
    path.join(folder, 'objects'),
  ],
  ready: /API:/,
});

/** Waits until the server accepts connections. Both servers report that they listen shortly before they do. */
async function answers(endpoint: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await pause(50);
    }
  }
}

type Program = (
  port: number,
  folder: string,
) => { name: string; command: string; args: string[]; ready: RegExp };

async function fromPath(program: Program, watchdog?: Watchdog): Promise<Started<S3Service>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-s3-'));
  watchdog?.guard({ folder });
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    for (const part of ['objects', 'metadata']) await mkdir(path.join(folder, part));
    const port = await findFreePort();
    const server = await startServerProcess({
      ...program(port, folder),
      cwd: folder,
      stopSignals: ['SIGTERM'],
      startTimeout: 15_000,
      watchdog,
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(endpoint);
    return {
      service: { endpoint, ...KEYS },
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
