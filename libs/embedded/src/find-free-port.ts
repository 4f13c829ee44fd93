import { createServer } from 'node:net';

/**
 * Finds a TCP port on which nothing listens at this moment.
 *
 * Another process may take it before the caller does: start the server at once and try again when it cannot bind.
 *
 * @param host - the address the server will listen on
 */
export function findFreePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port was given')),
      );
    });
  });
}
