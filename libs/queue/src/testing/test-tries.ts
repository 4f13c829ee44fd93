import { PictureFault, unavailable } from '@darkroom/errors';
import { expect, it } from 'vitest';
import { createPayload, quickTries, type QueueFixture } from './queue-fixture.js';

export function testTries(fixture: () => QueueFixture): void {
  it('tries a job again after a fault of the system', async () => {
    const queue = await fixture().producer();
    const tries: [number, number][] = [];
    const { ends } = await fixture().worker({
      process: async (_, { attempt, attemptsLeft }) => {
        tries.push([attempt, attemptsLeft]);
        if (attempt === 1) throw new Error('the storage is down');
      },
    });
    await queue.enqueue('process-image', createPayload());
    await ends.atLeast(2);
    expect(ends.all.map(({ outcome }) => outcome)).toEqual(['retried', 'completed']);
    expect(tries).toEqual([
      [1, 7],
      [2, 6],
    ]);
  });

  it('notifies the handler once when the last try has failed', async () => {
    const payload = createPayload();
    const told: unknown[][] = [];
    const { ends } = await fixture().worker({
      process: async (_, { attempt }) => {
        throw new Error(`fault ${attempt}`);
      },
      exhausted: async (...about) => void told.push(about),
    });
    await fixture().addRaw('process-image', payload, quickTries(payload, 3));
    await ends.atLeast(3);
    expect(ends.all.map(({ outcome }) => outcome)).toEqual(['retried', 'retried', 'failed']);
    expect(told).toEqual([[payload, new Error('fault 3')]]);
  });

  it('waits for a service that is down, for as long as that lasts, and reports no failure to the handler', async () => {
    const payload = createPayload();
    const told: unknown[] = [];
    const tries: number[] = [];
    const { ends } = await fixture().worker({
      process: async (_, { attempt }) => {
        tries.push(attempt);
        if (tries.length < 3) throw unavailable('storage', undefined);
      },
      exhausted: async () => void told.push('exhausted'),
    });
    await fixture().addRaw('process-image', payload, quickTries(payload, 2));
    await ends.atLeast(3);
    expect(ends.all.map(({ outcome }) => outcome)).toEqual(['retried', 'retried', 'completed']);
    expect(tries).toEqual([1, 1, 1]);
    expect(told).toEqual([]);
  });

  it('does not retry a fault of the picture, and notifies the handler', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    const fault = new PictureFault('corrupt_image');
    const told: unknown[][] = [];
    const { ends } = await fixture().worker({
      process: () => Promise.reject(fault),
      exhausted: async (...about) => {
        told.push(about);
        throw new Error('the database is down');
      },
    });
    await queue.enqueue('process-image', payload);
    await ends.atLeast(1);
    expect(ends.all[0]?.outcome).toBe('failed');
    expect(told).toEqual([[payload, fault]]);
    expect(fixture().logger.messages).toContain('could not report a failed job to its handler');
  });

  it('refuses unknown jobs and invalid payloads and continues with the next job', async () => {
    const queue = await fixture().producer();
    await fixture().addRaw('paint-image', createPayload(), { attempts: 3 });
    await fixture().addRaw('process-image', { imageId: 'none' }, { attempts: 3 });
    await queue.enqueue('process-image', createPayload());
    const { ends } = await fixture().worker({});
    await ends.atLeast(2);
    expect(ends.all.map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
    expect(await queue.counts()).toMatchObject({ failed: 2, completed: 1, delayed: 0 });
    expect(fixture().logger.messages).toEqual(
      expect.arrayContaining(['refused a job with an unknown name', 'refused a job with an invalid payload']),
    );
  });
}
