import { Readable } from 'node:stream';
import type { CatalogueImage } from '@darkroom/catalogue';
import { originalKey, variantKey } from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createImageId, startWorker, type TestWorker } from '../testing/start-worker.js';

const DAY = 24 * 3_600;
const HOUR = 3_600_000;
const isWhole = ({ variants }: CatalogueImage) => variants.length === 8;

let worker: TestWorker;
let picture: Buffer;
beforeAll(async () => {
  worker = await startWorker();
  picture = await drawJpeg({ width: 40, height: 30 });
  await worker.pauseReconciler();
});
afterAll(async () => {
  await worker.stop();
  await worker.dispose();
});
/** Finishes the work that the previous test left. */
beforeEach(async () => {
  await worker.reconcile({ storage: 'all', graceSeconds: 0 });
  const rows = 'select 1 from deletions where bytes_removed_at is null';
  await expect.poll(() => worker.database.query(rows), { timeout: 30_000 }).toEqual([]);
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of worker.platform.storage.list('')) found.push(key);
  return found;
}

const put = (key: string) =>
  worker.platform.storage.put(key, Readable.from([Buffer.from('bytes')]), { contentType: 'image/png' });

async function whole(): Promise<string> {
  const id = await worker.upload(picture);
  await worker.until(id, isWhole);
  return id;
}

describe('the reconciler', () => {
  it('does nothing when nothing differs', async () => {
    await whole();
    expect(await worker.reconcile({ storage: 'all' })).toEqual({});
  });

  it('enqueues only a picture that is idle and has no job', async () => {
    const id = await worker.upload(picture, { isEnqueued: false });
    expect(await worker.reconcile({ idleSeconds: 60 })).toEqual({});
    expect(await worker.reconcile({ isDryRun: true })).toEqual({ job_enqueued: 1 });
    expect((await worker.read(id)).status).toBe('queued');
    expect(await worker.reconcile()).toEqual({ job_enqueued: 1 });
    await worker.until(id, isWhole);
  });

  it('fails a picture whose job failed without a record in the catalogue', async () => {
    const id = await worker.upload(picture, { isEnqueued: false });
    await worker.failJob(id);
    expect(await worker.reconcile()).toEqual({ picture_failed: 1 });
    expect(await worker.read(id)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
    expect(await worker.reconcile()).toEqual({});
  });

  it('enqueues pending formats of a ready picture that have no job', async () => {
    const id = await whole();
    await worker.database.query(`delete from variants where image_id = $1 and format = 'webp'`, [id]);
    await worker.database.query(`insert into pending_formats (image_id, format) values ($1, 'webp')`, [id]);
    expect(await worker.reconcile()).toEqual({ format_enqueued: 1 });
    await worker.until(id, isWhole);
    expect(await worker.reconcile()).toEqual({});
  });

  it('deletes expired pictures with all their bytes', async () => {
    const id = await whole();
    await worker.database.query(`update images set expires_at = now() - interval '1 second' where id = $1`, [
      id,
    ]);
    expect(await worker.reconcile({ isDryRun: true })).toEqual({ picture_expired: 1 });
    expect(await worker.reconcile()).toMatchObject({ picture_expired: 1 });
    await worker.gone(id);
    expect((await keys()).filter((key) => key.includes(id))).toEqual([]);
  });

  it('removes bytes that a late worker wrote after the picture was deleted', async () => {
    const id = await whole();
    await worker.platform.catalogue.images.delete('ada', id);
    expect(await worker.reconcile()).toEqual({ removal_enqueued: 1 });
    await worker.gone(id);
    const late = variantKey(id, 'small', 1, 'jpeg');
    await put(late);
    await worker.database.query(
      `update deletions set deleted_at = now() - interval '61 minutes', bytes_removed_at = now() - interval '60 minutes'
       where image_id = $1`,
      [id],
    );
    expect(await worker.reconcile()).toEqual({ removal_enqueued: 1 });
    await expect.poll(() => keys(), { timeout: 30_000 }).not.toContain(late);
  });
});

describe('the comparison with storage', () => {
  it('enqueues variants whose object is missing', async () => {
    const id = await whole();
    const lost = [variantKey(id, 'small', 1, 'jpeg'), variantKey(id, 'large', 1, 'webp')];
    for (const key of lost) await worker.platform.storage.delete(key);
    expect(await worker.reconcile({ storage: 'all' })).toEqual({ variants_enqueued: 2 });
    await expect.poll(() => keys(), { timeout: 30_000 }).toEqual(expect.arrayContaining(lost));
    expect(await worker.reconcile({ storage: 'all', idleSeconds: 60 })).toEqual({});
  });

  it('fails a ready picture whose original is missing', async () => {
    const id = await whole();
    await worker.platform.storage.delete(originalKey(id, 'image/jpeg'));
    expect(await worker.reconcile({ storage: 'all' })).toEqual({ original_missing: 1 });
    expect(await worker.read(id)).toMatchObject({ status: 'failed', error: { code: 'original_missing' } });
    expect(await worker.reconcile({ storage: 'all' })).toEqual({});
    await worker.platform.catalogue.images.delete('ada', id);
  });

  it('deletes objects without a picture after the grace period, and keeps all others', async () => {
    const id = await whole();
    const lost = createImageId();
    const orphans = [originalKey(lost, 'image/png'), variantKey(lost, 'small', 1, 'jpeg')];
    const foreign = 'uploads/readme.txt';
    // The picture of this object exists: its worker may be about to record it.
    const unnamed = variantKey(id, 'small', 7, 'avif');
    for (const key of [...orphans, foreign, unnamed]) await put(key);
    expect(await worker.reconcile({ storage: 'all' })).toEqual({ orphan_kept: 3 });
    expect(await worker.reconcile({ storage: 'all', graceSeconds: 0 })).toEqual({
      orphan_kept: 1,
      orphan_deleted: 2,
    });
    const left = await keys();
    expect(left).toEqual(expect.arrayContaining([foreign, unnamed, originalKey(id, 'image/jpeg')]));
    expect(left.filter((key) => orphans.includes(key))).toEqual([]);
    await worker.platform.storage.delete(unnamed);
    await worker.platform.storage.delete(foreign);
  });

  it('keeps objects of a picture that is retried while others are deleted', async () => {
    const [stray, id] = [
      createImageId(Date.now() - 1_000),
      await worker.upload(picture, { isEnqueued: false }),
    ];
    const left = variantKey(id, 'small', 1, 'jpeg');
    for (const key of [variantKey(stray, 'small', 1, 'jpeg'), left]) await put(key);
    const { processing, images } = worker.platform.catalogue;
    await processing.fail(id, 1, { code: 'internal', message: 'It failed.' });
    const { storage } = worker.platform;
    const { list, delete: remove } = storage;
    storage.list = async function* (...about) {
      for await (const object of list.apply(storage, about)) yield { ...object, modifiedAt: new Date(0) };
    };
    storage.delete = async (key) => {
      await remove.call(storage, key);
      if (key.includes(stray)) await images.retry('ada', id);
    };
    expect(await worker.reconcile({ storage: 'all' })).toEqual({ orphan_deleted: 1 });
    Object.assign(storage, { list, delete: remove });
    expect(await keys()).toContain(left);
    await images.delete('ada', id);
  });

  it('compares each picture once when it is a day old, and all of them after a week', async () => {
    await worker.database.query(
      `update reconciler set compared_until = null, compare_until = null, compare_after = null`,
    );
    const old = createImageId(Date.now() - 3 * DAY * 1000);
    await put(originalKey(old, 'image/png'));
    expect(await worker.reconcile()).toEqual({ orphan_kept: 1 });
    const { underWay, comparedUntil } = await worker.platform.catalogue.reconciling.comparison();
    expect(underWay).toBeNull();
    expect(comparedUntil?.slice(0, 8)).toBe(createImageId(Date.now() - DAY * 1000).slice(0, 8));
    const { storage } = worker.platform;
    const { list } = storage;
    storage.list = () => {
      throw new Error('listed');
    };
    expect(await worker.reconcile()).toEqual({});
    storage.list = list;
    await worker.database.query(`update reconciler set compared_all_at = now() - interval '8 days'`);
    expect(await worker.reconcile()).toEqual({ orphan_kept: 1 });
    await storage.delete(originalKey(old, 'image/png'));
  });

  it('deletes nothing when the catalogue does not know the pictures of most objects', async () => {
    const known = (await keys()).length;
    const strays = Array.from({ length: known + 1 }, () => originalKey(createImageId(), 'image/png'));
    for (const key of strays) await put(key);
    const due = async () => {
      await worker.database.query(
        'update reconciler set compared_until = null, compare_until = null, compare_after = null',
      );
      return worker.reconcile({ graceSeconds: 0 });
    };
    expect(await due()).toEqual({ orphan_kept: strays.length });
    expect(await keys()).toEqual(expect.arrayContaining(strays));
    await whole();
    expect(await due()).toEqual({ orphan_deleted: strays.length });
  });

  it('fails no picture when most originals are missing, which suggests a wrong folder', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 24; index += 1) ids.push(createImageId(Date.now() - 2 * DAY * 1000 - index));
    const { images, processing } = worker.platform.catalogue;
    const texts = { filename: 'x.jpg', title: null, caption: null, tags: [], expiresIn: null, owner: 'ada' };
    const file = { contentType: 'image/jpeg' as const, bytes: 1, sha256: 'ab'.repeat(32) };
    await images.insert(ids.map((id) => ({ ...texts, ...file, id, createdAt: new Date() })));
    const facts = { width: 1, height: 1, thumbhash: 'AA==', frames: 1 };
    const unknown = { takenAt: null, camera: null, colourProfile: null, dominantColour: null };
    for (const id of ids) {
      await processing.start(id, 1);
      await processing.complete(id, 1, { ...facts, ...unknown }, []);
    }
    await worker.database.query(
      `update reconciler set compared_until = null, compare_until = null, compare_after = null`,
    );
    expect(await worker.reconcile()).toEqual({});
    expect(await worker.reconcile({ storage: 'all' })).toEqual({ original_missing: 24 });
    for (const id of ids) await images.delete('ada', id);
  });
});

it('only one process reconciles at a time, and another takes over from one that was killed', async () => {
  const { reconciling } = worker.platform.catalogue;
  const killed = createImageId();
  expect(await reconciling.hold(killed, 60)).toBe(true);
  expect(await worker.reconcileOnce()).toBeNull();
  await worker.database.query('update reconciler set held_until = now()');
  expect(await worker.reconcileOnce()).toMatchObject({ brokenOff: [] });
});

it('continues with the other steps when one fails, and counts the failure in the metrics', async () => {
  const { storage } = worker.platform;
  const { unfinishedWrites } = storage;
  storage.unfinishedWrites = () => Promise.reject(new Error('the disk is not mounted'));
  await worker.database.query(`update reconciler set unfinished_at = '-infinity'`);
  const id = await worker.upload(picture, { isEnqueued: false });
  expect(await worker.reconcileOnce()).toMatchObject({
    counts: { job_enqueued: 1 },
    brokenOff: ['unfinished writes'],
  });
  storage.unfinishedWrites = unfinishedWrites;
  await worker.until(id, isWhole);
  const metrics = await worker.metrics();
  expect(metrics).toContain('darkroom_reconcile_broken_off_total{step="unfinished writes"} 1');
  expect(metrics).toMatch(/darkroom_reconcile_actions_total\{action="job_enqueued"\} \d/);
  expect(metrics).toMatch(/darkroom_reconcile_runs_total\{outcome="partial"\} 1/);
});

it('discards writes that were abandoned', async () => {
  const { storage } = worker.platform;
  const never = new ReadableStream<Uint8Array>({ start: (writer) => writer.enqueue(Buffer.from('half')) });
  const stop = new AbortController();
  const writing = storage.put('uploads/half/original.png', Readable.fromWeb(never as never), {
    contentType: 'image/png',
    signal: stop.signal,
  });
  await expect.poll(() => storage.unfinishedWrites(new Date(Date.now() + HOUR))).toHaveLength(1);
  expect(await worker.reconcile({ storage: 'all' })).toEqual({});
  // Makes the write look hours old.
  const { unfinishedWrites } = storage;
  storage.unfinishedWrites = () => unfinishedWrites.call(storage, new Date(Date.now() + HOUR));
  expect(await worker.reconcile({ storage: 'all' })).toEqual({ write_discarded: 1 });
  storage.unfinishedWrites = unfinishedWrites;
  expect(await storage.unfinishedWrites(new Date(Date.now() + HOUR))).toEqual([]);
  stop.abort(new Error('the end'));
  await expect(writing).rejects.toThrow('the end');
});

it('keeps unfinished writes of other programs in the bucket', async () => {
  const { storage } = worker.platform;
  const { unfinishedWrites, discardUnfinished } = storage;
  const ours = { key: originalKey(createImageId(), 'image/png'), id: '1' };
  const others = [`backups/${createImageId()}/catalogue.dump`, 'uploads/readme.txt', 'releases'];
  const discarded: unknown[] = [];
  storage.unfinishedWrites = () => Promise.resolve([ours, ...others.map((key) => ({ key, id: '2' }))]);
  storage.discardUnfinished = (write) => Promise.resolve(void discarded.push(write));
  expect(await worker.reconcile({ storage: 'all' })).toEqual({ write_discarded: 1 });
  expect(discarded).toEqual([ours]);
  Object.assign(storage, { unfinishedWrites, discardUnfinished });
});
