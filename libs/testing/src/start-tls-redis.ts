import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startWatchdog } from '@darkroom/embedded';
import { startContainer } from './containers.js';
import { selfSignedCertificate } from './self-signed-certificate.js';
import type { Started } from './services.js';

/** A Redis like ElastiCache's: TLS only, and a password without a user. */
export interface TlsRedis {
  /** A `rediss://` URL with an address of this machine. */
  url: string;
  password: string;
  /** PEM: the authority that a client must trust. */
  certificate: string;
  /** The container's id. */
  id: string;
}

/**
 * Starts a Redis with TLS in a container.
 *
 * @param names - its host names in addition to this machine's
 * @throws Error when Docker is missing
 */
export async function startTlsRedis(names: readonly string[] = []): Promise<Started<TlsRedis>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-tls-'));
  const watchdog = startWatchdog();
  watchdog.guard({ folder });
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
    const { certificate, key } = selfSignedCertificate([host, ...names]);
    const password = randomBytes(32).toString('base64url');
    // The container's user must read the files. The key is used only in this test.
    await chmod(folder, 0o755);
    await Promise.all([
      writeFile(path.join(folder, 'certificate.pem'), certificate),
      writeFile(path.join(folder, 'key.pem'), key),
    ]);
    const options =
      '--port 0 --tls-port 6379 --tls-cert-file /tls/certificate.pem --tls-key-file /tls/key.pem --tls-auth-clients no';
    const container = await startContainer({
      image: 'redis:8',
      port: 6379,
      command: ['redis-server', ...options.split(' '), '--save', '', '--requirepass', password],
      folders: { [folder]: '/tls' },
      ready: /Ready to accept connections/,
      watchdog,
    });
    const url = `rediss://:${password}@${container.getHost()}:${container.getMappedPort(6379)}`;
    return {
      service: { url, password, certificate, id: container.getId() },
      stop: () => watchdog.close(),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    await watchdog.close();
    throw error;
  }
}
