import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Linux gives outgoing connections ports from 32768 upwards, and other systems higher ones.
const [LOWEST, HIGHEST] = [20_000, 32_767];

/**
 * Finds a free port of the loopback address outside the range of outgoing connections, so that it stays free until a
 * server listens on it.
 */
export async function findLastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
