import { createConnection } from 'node:net';

/**
 * Deletes everything in a Redis, as an operator's `FLUSHALL` would.
 *
 * @throws Error when it does not answer OK
 */
export async function flushRedis(url: string): Promise<void> {
  const answer = await ask(url, 'FLUSHALL');
  if (answer !== '+OK') throw new Error(`Redis answered ${JSON.stringify(answer)} to FLUSHALL`);
}

/** Returns the number of keys in a Redis. @throws Error when it does not answer with a number */
export async function countRedisKeys(url: string): Promise<number> {
  const answer = await ask(url, 'DBSIZE');
  if (!/^:\d+$/.test(answer)) throw new Error(`Redis answered ${JSON.stringify(answer)} to DBSIZE`);
  return Number(answer.slice(1));
}

/** Sends one command on a separate connection. @returns the first line of the answer */
async function ask(url: string, command: string): Promise<string> {
  const { hostname, port, password } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.write(`${password === '' ? '' : `AUTH ${password}\r\n`}${command}\r\nQUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.split('\r\n')[password === '' ? 0 : 1] ?? '';
}
