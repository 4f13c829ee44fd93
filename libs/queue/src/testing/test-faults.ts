import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { QUEUE_NAME } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { BrokerWorker, bullOptions } from '../broker-backend.js';
import type { JobContext } from '../index.js';
import { createPayload, Seen, type QueueFixture } from './queue-fixture.js';
import type { BrokerUnderTest } from './broker-under-test.js';
import { closedPort, freezableProxy, silentPort } from './tcp-faults.js';

export function testFaults(fixture: () => QueueFixture, broker: () => BrokerUnderTest): void {
  it('takes a job over from a worker that was killed', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    await queue.enqueue('process-image', payload);
    const lockDurationMs = 1_000;
    const killed = fork(
      fileURLToPath(new URL('doomed-worker-process.mjs', import.meta.url)),
      [JSON.stringify({ options: broker().options, lockDurationMs })],
      { execArgv: [] },
    );
    fixture().onDispose(async () => killed.kill('SIGKILL'));
    expect(await Promise.race([once(killed, 'message'), once(killed, 'exit')])).toEqual(['taken', undefined]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await queue.counts()).toMatchObject({ active: 1 });
    const { ends } = await fixture().worker({}, { lockDurationMs });
    await ends.atLeast(1);
    expect(ends.all[0]?.outcome).toBe('completed');
    expect(await queue.has('process-image', payload)).toBe(false);
  });

  it('notifies the handler when a job has crashed too many workers', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    await queue.enqueue('process-image', payload);
    for (let death = 1; death <= 4; death += 1) await dieWithJob(fixture());
    const told = new Seen<unknown>();
    const { ends } = await fixture().worker(
      { process: () => Promise.reject(new Error('never run')), exhausted: async (about) => told.add(about) },
      { lockDurationMs: 100 },
    );
    await ends.atLeast(1);
    await told.atLeast(1);
    expect(ends.all[0]?.outcome).toBe('failed');
    expect(told.all).toEqual([payload]);
  });

  it('resumes after its connections were cut, the active job included', async () => {
    const queue = await fixture().producer();
    const taken = new Seen<JobContext>();
    const gate = Promise.withResolvers<void>();
    const { ends } = await fixture().worker({
      process: async (_, context) => {
        taken.add(context);
        await gate.promise;
      },
    });
    await queue.enqueue('process-image', createPayload());
    await taken.atLeast(1);
    expect(await broker().cutConnections()).toBeGreaterThan(2);
    gate.resolve();
    await ends.atLeast(1);
    await broker().cutConnections();
    const before = ends.all.length;
    await queue.enqueue('process-image', createPayload());
    await ends.atLeast(before + 1);
    await queue.check();
    expect(ends.all.at(-1)?.outcome).toBe('completed');
  });

  it('shuts down with an active job although the broker no longer answers', async () => {
    const proxy = await freezableProxy(fixture());
    const payload = createPayload();
    await (await fixture().producer()).enqueue('process-image', payload);
    const taken = new Seen<JobContext>();
    const worker = await fixture().worker(
      {
        process: async (_, context) => {
          taken.add(context);
          await new Promise(() => undefined);
        },
      },
      { url: proxy.urlOf(broker().options.url), drainMs: 1 },
    );
    await taken.atLeast(1);
    proxy.freeze();
    await worker.close();
    expect(taken.all[0]?.signal.aborted).toBe(true);
  }, 30_000);

  it.each([
    ['no server listens', closedPort],
    ['no server answers', silentPort],
  ])(
    'throws `unavailable` instead of hanging where %s',
    async (_, port) => {
      const url = new URL(broker().options.url);
      url.hostname = '127.0.0.1';
      url.port = String(await port(fixture()));
      const queue = await fixture().producer({ ...fixture().options, url: url.href });
      const away = { code: 'unavailable', status: 503 };
      await expect(queue.enqueue('process-image', createPayload())).rejects.toMatchObject(away);
      await expect(queue.check()).rejects.toMatchObject(away);
      await queue.close();
    },
    15_000,
  );
}

/** A worker that takes the job and dies without closing anything. */
async function dieWithJob(fixture: QueueFixture): Promise<void> {
  const never = new Promise<void>(() => undefined);
  const worker = new BrokerWorker(QUEUE_NAME, () => never, {
    ...bullOptions(fixture.options),
    lockDuration: 100,
    stalledInterval: 50,
    maxStalledCount: 3,
    drainDelay: 0.05,
    skipLockRenewal: true,
  });
  worker.on('error', () => undefined);
  await once(worker, 'active');
  await worker.close(true);
}
