import { type Job, jobs, pictureJobNames } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import { expect, it } from 'vitest';
import { createPayload, Seen, type QueueFixture } from './queue-fixture.js';

export function testEnqueue(fixture: () => QueueFixture): void {
  it('makes one job of the same work enqueued twice', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    await Promise.all([queue.enqueue('process-image', payload), queue.enqueue('process-image', payload)]);
    await queue.enqueueAll([{ name: 'process-image', payload }]);
    expect(await queue.has('process-image', payload)).toBe(true);
    expect(await queue.has('process-image', createPayload())).toBe(false);
    expect(await queue.counts()).toEqual({
      waiting: 0,
      prioritized: 1,
      active: 0,
      delayed: 0,
      failed: 0,
      completed: 0,
    });
  });

  it('runs work that has finished once more, unless it is said to be new', async () => {
    const queue = await fixture().producer();
    const job = { name: 'process-image' as const, payload: createPayload() };
    const other = { name: 'process-image' as const, payload: createPayload() };
    const { ends } = await fixture().worker({ process: async () => undefined });
    await queue.enqueueAll([job], { areNew: true });
    await ends.atLeast(1);
    await queue.enqueueAll([job], { areNew: true });
    expect(await queue.states([job])).toEqual(['completed']);
    await queue.enqueueAll([job]);
    await ends.atLeast(2);
    await queue.enqueueAll([job, other], { areNew: true });
    await ends.atLeast(3);
    expect(ends.all.length).toBe(3);
  });

  it('reports the state of many jobs', async () => {
    const queue = await fixture().producer();
    const [good, bad, waiting, unknown] = Array.from({ length: 4 }, () => ({
      name: 'process-image' as const,
      payload: createPayload(),
    })) as [Job, Job, Job, Job];
    await queue.enqueueAll([good, bad]);
    const { ends, close } = await fixture().worker({
      process: async (payload) => {
        if (payload.imageId === (bad.payload as typeof payload).imageId)
          throw new PictureFault('corrupt_image');
      },
    });
    await ends.atLeast(2);
    await close();
    await queue.enqueueAll([waiting]);
    expect(await queue.states([good, unknown, bad, waiting])).toEqual([
      'completed',
      'missing',
      'failed',
      'unfinished',
    ]);
    expect(await queue.states([])).toEqual([]);
  });

  it('schedules a job once however many ask for it, and again on an emptied broker', async () => {
    const queue = await fixture().producer();
    const come = new Seen<number>();
    await Promise.all([queue.schedule('reconcile'), queue.schedule('reconcile')]);
    const bull = fixture().bull();
    const planned = async () => (await bull.getJobSchedulers()).map(({ key, every }) => ({ key, every }));
    expect(await planned()).toEqual([{ key: 'reconcile', every: jobs.reconcile.every }]);
    await fixture().worker({ reconcile: async () => come.add(Date.now()) });
    await come.atLeast(1);
    const next = (await bull.getJobScheduler('reconcile'))?.next;
    await queue.schedule('reconcile');
    expect((await bull.getJobScheduler('reconcile'))?.next).toBe(next);
    await bull.obliterate({ force: true });
    await bull.removeJobScheduler('reconcile');
    expect(await planned()).toEqual([]);
    await queue.schedule('reconcile');
    await come.atLeast(2);
  });

  it('keeps a job back for its delay', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    await queue.enqueue('process-image', payload, { delay: 60_000 });
    expect(await queue.counts()).toMatchObject({ prioritized: 0, delayed: 1 });
    expect(await queue.has('process-image', payload)).toBe(true);
  });

  it('reports its depth for each job', async () => {
    const queue = await fixture().producer();
    const { imageId } = createPayload();
    await queue.enqueueAll([
      { name: 'encode-format', payload: { imageId, run: 1, format: 'webp' } },
      { name: 'encode-format', payload: { imageId, run: 1, format: 'avif' } },
      { name: 'process-image', payload: { imageId, run: 1 } },
    ]);
    await queue.enqueue('remove-bytes', { imageId }, { delay: 60_000 });
    const depths = await queue.depths();
    expect(depths.map(({ name }) => name).toSorted()).toEqual(pictureJobNames.toSorted());
    const enqueued = ['process-image', 'remove-bytes', 'encode-format'];
    // The most urgent first; every other job of the contracts has nothing to do.
    expect(depths.filter(({ name }) => enqueued.includes(name))).toEqual([
      { name: 'process-image', waiting: 1, active: 0, delayed: 0 },
      { name: 'remove-bytes', waiting: 0, active: 0, delayed: 1 },
      { name: 'encode-format', waiting: 2, active: 0, delayed: 0 },
    ]);
    for (const depth of depths.filter(({ name }) => !enqueued.includes(name))) {
      expect(depth).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
    }
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const inHand: number[] = [];
    const process = async (): Promise<void> => {
      begun.resolve();
      await release.promise;
    };
    const { ends } = await fixture().worker({ process }, { onInHand: (count) => inHand.push(count) });
    await begun.promise;
    const begunDepths = await queue.depths();
    expect(begunDepths.find(({ name }) => name === 'process-image')).toMatchObject({ waiting: 0, active: 1 });
    expect(begunDepths.find(({ name }) => name === 'encode-format')).toMatchObject({ waiting: 2, active: 0 });
    expect(inHand).toEqual([1]);
    release.resolve();
    await ends.atLeast(3);
    expect(inHand).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('reports whether a more urgent job waits, and neither one of the same priority nor one that is delayed', async () => {
    const queue = await fixture().producer();
    const { imageId, run } = createPayload();
    const isOutranked = () =>
      Promise.all(
        (['webp', 'avif'] as const).map((format) =>
          queue.isMoreUrgentWaiting('encode-format', { imageId, run, format }),
        ),
      );
    await queue.enqueue('process-image', createPayload(), { delay: 60_000 });
    await queue.enqueue('encode-format', { imageId, run: 2, format: 'avif' });
    expect(await isOutranked()).toEqual([false, false]);
    await queue.enqueue('encode-format', { imageId, run: 2, format: 'webp' });
    expect(await isOutranked()).toEqual([false, true]);
    await queue.enqueue('process-image', createPayload());
    expect(await isOutranked()).toEqual([true, true]);
    expect(await queue.isMoreUrgentWaiting('process-image', { imageId, run })).toBe(false);
  });

  it('runs work again that was enqueued again after it completed', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    const handled = new Seen<unknown>();
    const { ends } = await fixture().worker({ process: async (received) => handled.add(received) });
    await queue.enqueue('process-image', payload);
    await ends.atLeast(1);
    expect(await queue.has('process-image', payload)).toBe(false);
    expect(await queue.counts()).toMatchObject({ completed: 1 });
    await queue.enqueue('process-image', payload);
    await ends.atLeast(2);
    expect(handled.all).toEqual([payload, payload]);
  });

  it('runs work again that was enqueued again after it failed', async () => {
    const queue = await fixture().producer();
    const payload = createPayload();
    const { ends } = await fixture().worker({
      process: async () => {
        throw new PictureFault('corrupt_image');
      },
    });
    await queue.enqueue('process-image', payload);
    await ends.atLeast(1);
    expect(await queue.has('process-image', payload)).toBe(false);
    await queue.enqueueAll([{ name: 'process-image', payload }]);
    await ends.atLeast(2);
    expect(ends.all.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    expect(await queue.counts()).toMatchObject({ failed: 1 });
  });

  it('hands the most urgent job out first', async () => {
    const queue = await fixture().producer();
    const { imageId, run } = createPayload();
    await queue.enqueueAll([
      { name: 'encode-format', payload: { imageId, run, format: 'webp' } },
      { name: 'remove-bytes', payload: { imageId } },
      { name: 'process-image', payload: { imageId, run } },
    ]);
    const { ends } = await fixture().worker({});
    await ends.atLeast(3);
    expect(ends.all.map(({ name }) => name)).toEqual(['process-image', 'remove-bytes', 'encode-format']);
  });
}
