import { services, type Started, startRedis } from '@darkroom/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPayload, QueueFixture } from './testing/queue-fixture.js';

/** A separate Redis: these faults would hit every other test. */
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

  /** @returns the outcome of a job after the fault, with a producer and a worker from before it */
  async function jobAfter(trouble: () => Promise<void>, mend: () => Promise<unknown>): Promise<unknown> {
    const queue = await fixture.producer();
    const { ends } = await fixture.worker({});
    await queue.enqueue('process-image', createPayload());
    await ends.atLeast(1);
    await trouble();
    await mend();
    const payload = createPayload();
    // As the reconciler does, whatever happened to the jobs enqueued meanwhile.
    await expect
      .poll(() => queue.enqueue('process-image', payload).then(() => 'enqueued', String), { timeout: 30_000 })
      .toBe('enqueued');
    await ends.atLeast(2);
    return ends.all.at(-1)?.outcome;
  }

  const refuses = async (): Promise<void> => {
    const other = await fixture.producer();
    await expect(other.enqueue('process-image', createPayload())).rejects.toMatchObject({
      code: 'unavailable',
    });
  };

  it('serves again after it was emptied', async () => {
    const outcome = await jobAfter(
      async () => void (await admin.flushall()),
      () => Promise.resolve(),
    );
    expect(outcome).toBe('completed');
  });

  it('that is read-only, as the old primary after a failover, is retried until it accepts writes', async () => {
    const outcome = await jobAfter(
      async () => {
        await admin.call('REPLICAOF', '127.0.0.1', '1');
        await refuses();
      },
      () => admin.call('REPLICAOF', 'NO', 'ONE'),
    );
    expect(outcome).toBe('completed');
  });

  it('that changed its password is retried, and serves again when the password is back', async () => {
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

  it('that is full refuses new jobs and keeps the ones it has', async () => {
    const queue = await fixture.producer();
    const kept = createPayload();
    await queue.enqueue('process-image', kept);
    await admin.config('SET', 'maxmemory', '1');
    await refuses();
    expect(await queue.has('process-image', kept)).toBe(true);
    await admin.config('SET', 'maxmemory', '0');
    const { ends } = await fixture.worker({});
    await ends.atLeast(1);
  });
});
