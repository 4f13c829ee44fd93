import { randomUUID } from 'node:crypto';
import { services } from '@darkroom/testing';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { evictionPolicy } from './index.js';
import type { BrokerUnderTest } from './testing/broker-under-test.js';
import { testQueue } from './testing/queue-suite.js';

describe.skipIf(!services().redis)('the queue on Redis', () => {
  testQueue(open);

  it('reports the policy by which it would evict jobs', async () => {
    const options = { kind: 'redis', url: services().redis?.url ?? '' } as const;
    expect(await evictionPolicy(options)).toBe('noeviction');
    expect(
      await evictionPolicy({ kind: 'postgres', url: 'postgres://unreachable@127.0.0.1:1/x' }),
    ).toBeNull();
    const unreachable = { kind: 'redis', url: 'redis://127.0.0.1:1' } as const;
    await expect(evictionPolicy(unreachable)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

async function open(): Promise<BrokerUnderTest> {
  const url = services().redis?.url ?? '';
  const namespace = `test-${randomUUID()}`;
  const admin = new Redis(url);
  return {
    options: { kind: 'redis', url, namespace },
    cutConnections: async () => {
      const clients = String(await admin.call('CLIENT', 'LIST')).split('\n');
      const ours = clients.filter((client) => client.includes(`name={${namespace}}`));
      const ids = ours.map((client) => /\bid=(\d+)/.exec(client)?.[1] ?? '');
      await Promise.all(ids.map((id) => admin.call('CLIENT', 'KILL', 'ID', id)));
      return ids.length;
    },
    dispose: async () => {
      const keys = await admin.keys(`{${namespace}}:*`);
      if (keys.length > 0) await admin.del(...keys);
      await admin.quit();
    },
  };
}
