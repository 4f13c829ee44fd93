import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Linux gives outgoing connections the ports from 32768 on, and other systems higher ones.
const [LOWEST, HIGHEST] = [20_000, 32_767];

/**
 * A free port of the loopback address that no outgoing connection takes before somebody listens on it, however long that
 * is.
 */
export async function lastingPort(): Promise<number> {
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
