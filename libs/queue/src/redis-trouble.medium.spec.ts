import { services, type Started, startRedis } from '@darkroom/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshPayload, QueueFixture } from './testing/queue-fixture.js';

/** A Redis of its own: what is done to it here would hit every other test. */
describe.skipIf(!services().redis)('a Redis in trouble', () => {
  let redis: Started<{ url: string }>;
  let admin: Redis;
  let fixture: QueueFixture;
  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.service.url);
  });
  beforeEach(() => {
    fixture = new QueueFixture({ kind: 'redis', url: redis.service.url });
  });
  afterEach(() => fixture.dispose());
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });

  /** @returns how a job has ended after it, of a producer and with a worker from before it */
  async function jobAfter(trouble: () => Promise<void>, mend: () => Promise<unknown>): Promise<unknown> {
    const queue = await fixture.producer();
    const { ends } = await fixture.worker({});
    await queue.enqueue('process-image', freshPayload());
    await ends.atLeast(1);
    await trouble();
    await mend();
    const payload = freshPayload();
    // As the reconciler does it, whatever became of what was enqueued meanwhile.
    await expect
      .poll(() => queue.enqueue('process-image', payload).then(() => 'enqueued', String), { timeout: 30_000 })
      .toBe('enqueued');
    await ends.atLeast(2);
    return ends.all.at(-1)?.outcome;
  }

  const refuses = async (): Promise<void> => {
    const other = await fixture.producer();
    await expect(other.enqueue('process-image', freshPayload())).rejects.toMatchObject({
      code: 'unavailable',
    });
  };

  it('that was emptied is gone on with', async () => {
    const outcome = await jobAfter(
      async () => void (await admin.flushall()),
      () => Promise.resolve(),
    );
    expect(outcome).toBe('completed');
  });

  it('that only reads, as the old one does after a failover, is asked anew until it writes', async () => {
    const outcome = await jobAfter(
      async () => {
        await admin.call('REPLICAOF', '127.0.0.1', '1');
        await refuses();
      },
      () => admin.call('REPLICAOF', 'NO', 'ONE'),
    );
    expect(outcome).toBe('completed');
  });

  it('that has another password is asked on, and gone on with when it is the old one again', async () => {
    const { password } = new URL(redis.service.url);
    const outcome = await jobAfter(
      async () => {
        await admin.config('SET', 'requirepass', 'another');
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await refuses();
      },
      () => admin.config('SET', 'requirepass', password),
    );
    expect(outcome).toBe('completed');
  });

  it('that is full refuses what is new and keeps what it has', async () => {
    const queue = await fixture.producer();
    const kept = freshPayload();
    await queue.enqueue('process-image', kept);
    await admin.config('SET', 'maxmemory', '1');
    await refuses();
    expect(await queue.has('process-image', kept)).toBe(true);
    await admin.config('SET', 'maxmemory', '0');
    const { ends } = await fixture.worker({});
    await ends.atLeast(1);
  });
});
