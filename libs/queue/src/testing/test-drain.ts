import { expect, it } from 'vitest';
import type { JobContext } from '../index.js';
import { createPayload, Seen, type QueueFixture } from './queue-fixture.js';

export function testDrain(fixture: () => QueueFixture): void {
  it('lets an active job end and takes no other', async () => {
    const queue = await fixture().producer();
    const taken = new Seen<JobContext>();
    const gate = Promise.withResolvers<void>();
    const resources: boolean[] = [];
    const worker = await fixture().worker({
      process: async (_, context) => {
        taken.add(context);
        await gate.promise;
        resources.push(worker.resourcesOpen());
      },
    });
    await queue.enqueueAll([
      { name: 'process-image', payload: createPayload() },
      { name: 'process-image', payload: createPayload() },
    ]);
    await taken.atLeast(1);
    const closed = worker.close();
    await worker.draining;
    gate.resolve();
    await closed;
    expect(taken.all.map(({ signal }) => signal.aborted)).toEqual([false]);
    expect([...resources, worker.resourcesOpen()]).toEqual([true, false]);
    expect(await queue.counts()).toMatchObject({ completed: 1, prioritized: 1, active: 0 });
  });

  it.each([
    ['that ignores its signal', () => new Promise<void>(() => undefined)],
    [
      'that stops when its signal is aborted',
      (signal: AbortSignal) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    ],
  ])('hands back a job %s, and the try does not count', async (_, work) => {
    const queue = await fixture().producer();
    const taken = new Seen<JobContext>();
    const told: unknown[] = [];
    const parts = {
      process: async (_payload: unknown, context: JobContext) => {
        taken.add(context);
        if (taken.all.length === 1) await work(context.signal);
      },
      exhausted: async () => void told.push('exhausted'),
    };
    const first = await fixture().worker(parts, { drainMs: 1 });
    const payload = createPayload();
    await queue.enqueue('process-image', payload);
    await taken.atLeast(1);
    await first.close();
    expect(taken.all[0]?.signal.aborted).toBe(true);
    expect(await queue.counts()).toMatchObject({ active: 0, failed: 0, completed: 0 });
    expect(await queue.has('process-image', payload)).toBe(true);
    const second = await fixture().worker(parts);
    await second.ends.atLeast(1);
    expect(taken.all.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(told).toEqual([]);
  });
}
