import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

const variant = { name: 'small', format: 'jpeg', recipeVersion: 1, width: 4, height: 3, bytes: 70 } as const;

/** An image of an owner, in the given state. */
async function add(owner: string, end: 'queued' | 'ready' | 'failed' | 'quarantined'): Promise<string> {
  const { images, processing } = test.catalogue;
  const image = createNewImage({ owner });
  await images.insert([image]);
  if (end === 'queued') return image.id;
  await processing.start(image.id, 1);
  if (end === 'ready') await processing.complete(image.id, 1, DECODED_FACTS, [variant]);
  else await processing.fail(image.id, 1, { code: 'corrupt_image', message: 'Damaged.' }, end);
  return image.id;
}

describe('the backlog', () => {
  it('of an owner without images is empty', async () => {
    expect(await test.catalogue.operations.backlog('stranger')).toEqual({
      pictures: 0,
      bytes: 0,
      waitedSeconds: 0,
      drained: { pictures: 0, bytes: 0, seconds: 0 },
    });
  });

  it('counts what is queued or being processed, and what came to rest within the last minute', async () => {
    const owner = randomUUID();
    const [queued, started] = [await add(owner, 'queued'), await add(owner, 'queued')];
    await test.catalogue.processing.start(started, 1);
    const [ready, , failed] = [
      await add(owner, 'ready'),
      await add(owner, 'ready'),
      await add(owner, 'failed'),
    ];
    await add('another', 'queued');
    const { rows } = await test.sql.query<{ bytes: string }>(
      'select sum(bytes) as bytes from images where id = any($1::uuid[])',
      [[queued, started]],
    );
    await test.sql.query(`update images set ready_at = now() - interval '2 minutes' where id = $1`, [ready]);
    await test.sql.query(`update images set failed_at = now() - interval '20 seconds' where id = $1`, [
      failed,
    ]);
    const backlog = await test.catalogue.operations.backlog(owner);
    expect(backlog).toMatchObject({ pictures: 2, drained: { pictures: 2 } });
    expect(backlog.bytes).toBe(Number(rows[0]?.bytes));
    expect(backlog.drained.seconds).toBeGreaterThanOrEqual(20);
    expect(backlog.drained.seconds).toBeLessThan(60);
    expect(backlog.waitedSeconds).toBeGreaterThan(0);
  });
});

describe('the operations', () => {
  it('of an owner without images are all zero', async () => {
    const { operations } = test.catalogue;
    expect(await operations.statuses('stranger')).toEqual({
      queued: 0,
      processing: 0,
      ready: 0,
      failed: 0,
      quarantined: 0,
    });
    expect(await operations.readyPerMinute('stranger')).toEqual(Array(60).fill(0));
    expect(await operations.failures('stranger')).toEqual([]);
    const nothing = { count: 0, bytes: 0 };
    expect(await operations.storage('stranger')).toEqual({ originals: nothing, variants: nothing });
  });

  it('count the images of one owner by state, and their bytes', async () => {
    const owner = 'counted';
    for (const end of ['queued', 'ready', 'ready', 'failed', 'quarantined'] as const) await add(owner, end);
    await add('somebody else', 'ready');
    const { operations } = test.catalogue;
    expect(await operations.statuses(owner)).toEqual({
      queued: 1,
      processing: 0,
      ready: 2,
      failed: 1,
      quarantined: 1,
    });
    expect(await operations.storage(owner)).toEqual({
      originals: { count: 5, bytes: 5_000 },
      variants: { count: 2, bytes: 140 },
    });
  });

  it('report when images became ready, to the minute', async () => {
    const owner = 'throughput';
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) ids.push(await add(owner, 'ready'));
    // Clock minutes: 1, 59 and 60 minutes ago, whatever the current second.
    for (const [index, minutes] of [1, 59, 60].entries()) {
      await test.sql.query(
        `update images set ready_at = date_trunc('minute', now()) - $2 * interval '1 minute' where id = $1`,
        [ids[index], minutes],
      );
    }
    const perMinute = await test.catalogue.operations.readyPerMinute(owner);
    expect(perMinute).toHaveLength(60);
    // The minute may change while the test runs.
    expect(perMinute.slice(-3).reduce((sum, count) => sum + count)).toBe(2);
    expect(perMinute.slice(0, 2).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1);
    expect(perMinute.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(3);
  });

  it('report the failures of a day by code, until they are retried', async () => {
    const owner = 'failures';
    const [first, second, old] = [
      await add(owner, 'failed'),
      await add(owner, 'quarantined'),
      await add(owner, 'failed'),
    ];
    await test.sql.query(`update images set failed_at = now() - interval '25 hours' where id = $1`, [old]);
    const { operations, images } = test.catalogue;
    expect(await operations.failures(owner)).toEqual([{ code: 'corrupt_image', count: 2 }]);
    // A new title does not make it a failure of today.
    await images.update(owner, old, { title: 'Old' });
    await images.retry(owner, first);
    expect(await operations.failures(owner)).toEqual([{ code: 'corrupt_image', count: 1 }]);
    await images.retry(owner, second);
    expect(await operations.failures(owner)).toEqual([]);
  });
});

describe('workers', () => {
  it('are alive while they send heartbeats, with their active jobs', async () => {
    const { workers } = test.catalogue;
    const [one, two] = [randomUUID(), randomUUID()];
    await workers.beat({ id: one, host: 'a', concurrency: 4, inHand: 0 });
    await workers.beat({ id: one, host: 'a', concurrency: 4, inHand: 3 });
    await workers.beat({ id: two, host: 'b', concurrency: 2, inHand: 0 });
    const alive = await workers.alive();
    expect(alive).toMatchObject([
      { id: one, host: 'a', concurrency: 4, inHand: 3 },
      { id: two, host: 'b', inHand: 0 },
    ]);
    expect(alive[0]?.seenAt.getTime()).toBeGreaterThanOrEqual(alive[0]?.startedAt.getTime() ?? Infinity);

    await test.sql.query(`update workers set seen_at = now() - interval '20 seconds' where id = $1`, [one]);
    expect(await workers.alive()).toMatchObject([{ id: two }]);
    await test.sql.query(`update workers set seen_at = now() - interval '2 hours' where id = $1`, [one]);
    await workers.leave(two);
    expect(await workers.alive()).toEqual([]);
    await workers.beat({ id: randomUUID(), host: 'c', concurrency: 1, inHand: 0 });
    expect((await test.sql.query('select host from workers')).rows).toEqual([{ host: 'c' }]);
  });
});
