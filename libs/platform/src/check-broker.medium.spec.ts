import { createConnection } from 'node:net';
import { createLogger } from '@darkroom/telemetry';
import { services, type Started, startRedis } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBroker } from './check-broker.js';

const { redis } = services();

describe.skipIf(!redis)('the check of the broker', () => {
  let other: Started<{ url: string }>;
  const lines: string[] = [];
  const logger = createLogger({
    name: 'test',
    level: 'warn',
    destination: { write: (line) => void lines.push(line) },
  });
  beforeAll(async () => {
    other = await startRedis();
    await command(other.service.url, 'CONFIG SET maxmemory-policy allkeys-lru');
  });
  afterAll(() => other.stop());

  it('accepts a Redis that evicts nothing', async () => {
    await checkBroker({ kind: 'redis', url: redis?.url ?? '' }, { isProduction: true, logger });
    expect(lines).toEqual([]);
  });

  it('warns of a Redis that evicts jobs and names the setting; in production it is an error', async () => {
    const broker = { kind: 'redis', url: other.service.url } as const;
    await checkBroker(broker, { isProduction: false, logger });
    expect(lines.splice(0)).toEqual([
      expect.stringMatching(/allkeys-lru.*Set maxmemory-policy to noeviction/),
    ]);
    await expect(checkBroker(broker, { isProduction: true, logger })).rejects.toMatchObject({
      code: 'evicting_broker',
      message: expect.stringContaining('Set maxmemory-policy to noeviction'),
    });
  });

  it('does not wait for a broker that is down', async () => {
    const stop = await checkBroker(
      { kind: 'redis', url: 'redis://127.0.0.1:1' },
      { isProduction: true, logger },
    );
    stop();
    expect(lines.splice(0)).toEqual([expect.stringContaining('Redis is down')]);
  });

  it('checks a broker again when it is back', async () => {
    const broker = { kind: 'redis' as const, url: 'redis://127.0.0.1:1' };
    const stop = await checkBroker(broker, { isProduction: true, logger, askEvery: 20 });
    broker.url = other.service.url;
    await expect.poll(() => lines.length, { timeout: 30_000 }).toBeGreaterThan(1);
    stop();
    expect(lines.splice(0)[1]).toMatch(/"level":"error".*Set maxmemory-policy to noeviction/);
  });
});

async function command(url: string, text: string): Promise<void> {
  const { hostname, port, password } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.end(`${password === '' ? '' : `AUTH ${password}\r\n`}${text}\r\nQUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^(\+OK\r\n)+$/);
}
