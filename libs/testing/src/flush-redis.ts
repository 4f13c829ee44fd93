import { createConnection } from 'node:net';

/**
 * Wipes everything from a Redis, as an operator's `FLUSHALL` would.
 *
 * @throws Error when it does not answer OK
 */
export async function flushRedis(url: string): Promise<void> {
  const { hostname, port, password } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.write(`${password === '' ? '' : `AUTH ${password}\r\n`}FLUSHALL\r\nQUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  if (!/^(\+OK\r\n)+$/.test(answer)) throw new Error(`Redis answered ${JSON.stringify(answer)} to FLUSHALL`);
}
