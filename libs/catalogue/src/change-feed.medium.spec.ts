import { testDatabase } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Changes, type ChangeFeed, FEED_LIMIT, type Moment } from './change-feed.js';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { connect, openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
let changes: ChangeFeed;
beforeAll(async () => {
  test = await openTestCatalogue();
  changes = test.catalogue.changes;
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sql.query('delete from images');
});

async function insert(owner = 'ada'): Promise<string> {
  const image = createNewImage({ owner });
  await test.catalogue.images.insert([image]);
  return image.id;
}

async function since(
  position: string,
  scope?: Parameters<ChangeFeed['since']>[1],
): Promise<Changes & Moment> {
  const answer = await changes.since(position, scope);
  if (answer === null) throw new Error(`${position} is not known`);
  return answer;
}

const idsOf = (answer: Changes) => answer.images.map((image) => image.id);

/** A connection with an open transaction that has an id. */
async function openTransaction() {
  const sql = await connect(test.database.url);
  await sql.query('begin');
  const { rows } = await sql.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  return { sql, xid: rows[0]?.xid ?? '', end: () => sql.end() };
}

describe('since', () => {
  it('returns what changed, in the order of the changes', async () => {
    const old = await insert();
    const before = await changes.position();
    const [a, b] = [await insert(), await insert()];
    await test.catalogue.images.update('ada', a, { title: 'later' });
    const answer = await since(before);
    expect(idsOf(answer).filter((id) => id !== old)).toEqual([b, a]);
    expect(answer.images.at(-1)).toMatchObject({ title: 'later', version: 2 });
  });

  it('reports every kind of change', async () => {
    const id = await insert();
    const { processing, images } = test.catalogue;
    let { next } = await since(await changes.position());
    const steps: (() => Promise<unknown>)[] = [
      () => processing.start(id, 1),
      () => processing.handBack(id, 1),
      () => processing.fail(id, 1, { code: 'internal', message: 'x' }),
      () => images.retry('ada', id),
      () => processing.start(id, 2),
      () => processing.complete(id, 2, DECODED_FACTS, []),
      () =>
        processing.addVariants(id, 2, [
          { name: 'small', format: 'webp', recipeVersion: 1, width: 1, height: 1, bytes: 1 },
        ]),
      () => images.update('ada', id, { tags: ['x'] }),
    ];
    let version = 1;
    for (const step of steps) {
      await step();
      const answer = await since(next);
      expect(answer.images.find((image) => image.id === id)?.version).toBeGreaterThan(version);
      version = answer.images.find((image) => image.id === id)?.version ?? version;
      next = answer.next;
    }
    await images.delete('ada', id);
    expect((await since(next)).deletions.map((deletion) => deletion.id)).toContain(id);
  });

  it('misses nothing when transactions commit out of order', async () => {
    const slow = await openTransaction();
    const before = await changes.position();
    const slowImage = createNewImage();
    await test.catalogue.images.insert([slowImage], {
      query: async (text, values) => (await slow.sql.query(text, values)).rows,
    });
    const fast = await insert();
    const first = await since(before);
    expect(idsOf(first)).toEqual([fast]);
    expect(BigInt(first.next)).toBeLessThanOrEqual(BigInt(slow.xid));
    await slow.sql.query('commit');
    await slow.end();
    const second = await since(first.next);
    expect(idsOf(second)).toContain(slowImage.id);
  });

  it('misses nothing when a slow transaction deletes', async () => {
    const id = await insert();
    const slow = await openTransaction();
    const before = await changes.position();
    await slow.sql.query('delete from images where id = $1', [id]);
    await insert();
    const first = await since(before);
    expect(first.deletions.map((deletion) => deletion.id)).not.toContain(id);
    await slow.sql.query('commit');
    await slow.end();
    expect((await since(first.next)).deletions).toContainEqual({ id, owner: 'ada', deletedXid: slow.xid });
  });

  it('gives a reader that follows it every image once, whatever commits meanwhile', async () => {
    let { next, told } = await changes.moment();
    const seen: string[] = [];
    const added = Array.from({ length: 60 }, () => createNewImage());
    const writing = Promise.all(
      added.map((image) =>
        test.catalogue.transaction(async (sql) => {
          await test.catalogue.images.insert([image], sql);
          await sql.query('select pg_sleep(random() * 0.02)');
        }),
      ),
    );
    let done = false;
    void writing.then(() => (done = true));
    for (let last = false; !last;) {
      last = done;
      const answer = await since(next, { told });
      seen.push(...idsOf(answer));
      ({ next, told } = answer);
    }
    expect(seen.toSorted()).toEqual(added.map((image) => image.id).toSorted());
  });

  it('is limited to an owner or an image', async () => {
    const before = await changes.position();
    const [mine, other, theirs] = [await insert(), await insert(), await insert('bob')];
    expect(idsOf(await since(before, { owner: 'ada' }))).toEqual([mine, other]);
    expect(idsOf(await since(before, { owner: 'ada', imageId: other }))).toEqual([other]);
    expect(idsOf(await since(before, { owner: 'ada', imageId: theirs }))).toEqual([]);
    await test.catalogue.images.delete('ada', mine);
    await test.catalogue.images.delete('bob', theirs);
    const deleted = async (scope: Parameters<ChangeFeed['since']>[1]) =>
      (await since(before, scope)).deletions.map((deletion) => deletion.id);
    expect(await deleted({ owner: 'bob' })).toContain(theirs);
    expect(await deleted({ owner: 'bob' })).not.toContain(mine);
    expect(await deleted({ owner: 'ada', imageId: mine })).toEqual([mine]);
  });

  it.each(['0', '1', '9999999999999999999', '99999999999999999999', '-1', '', 'x', '1; drop', ' 1', '１'])(
    'does not accept the position %j',
    async (position) => {
      expect(await changes.since(position)).toBeNull();
    },
  );

  it('returns null when too much has changed', async () => {
    const before = await changes.position();
    const many = Array.from({ length: FEED_LIMIT }, () => createNewImage({ owner: 'many' }));
    await test.catalogue.images.insert(many);
    const whole = await since(before, { owner: 'many' });
    expect(whole.images.length).toBe(FEED_LIMIT);
    await insert('many');
    expect(await changes.since(before, { owner: 'many' })).toBeNull();
    expect(await changes.since(await changes.position(), { owner: 'many' })).not.toBeNull();
    await test.sql.query(`delete from images where owner = 'many'`);
    expect(await changes.since(before, { owner: 'many' })).toBeNull();
  });
});

it('a reader that follows gets each change once while a transaction of another database holds the position back', async () => {
  const elsewhere = await testDatabase();
  const long = await connect(elsewhere.url);
  await long.query('begin');
  const { rows } = await long.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  const begun = await changes.moment();
  const scope = { owner: 'held' };
  const half = FEED_LIMIT * 0.6;
  const more = () => Array.from({ length: half }, () => createNewImage(scope));
  await test.catalogue.images.insert(more());
  const first = await since(begun.next, { ...scope, told: begun.told });
  expect(first.images).toHaveLength(half);
  await test.catalogue.images.insert(more());
  await test.catalogue.images.delete('held', first.images[0]?.id ?? '');
  // From the position alone it is too much by now, as for a client that reconnects.
  expect(BigInt(await changes.position())).toBeLessThanOrEqual(BigInt(rows[0]?.xid ?? ''));
  expect(await changes.since(first.next, scope)).toBeNull();
  const second = await since(first.next, { ...scope, told: first.told });
  expect(second.images).toHaveLength(half);
  expect(second.deletions.map(({ id }) => id)).toEqual([first.images[0]?.id]);
  expect(await since(second.next, { ...scope, told: second.told })).toMatchObject({
    images: [],
    deletions: [],
  });
  await long.end();
  await elsewhere.drop();
}, 60_000);

describe('trim', () => {
  /** Deletes an image whose bytes are already removed, so that a trim may forget it. */
  async function deletedImage(): Promise<string> {
    const id = await insert();
    await test.catalogue.images.delete('ada', id);
    await test.catalogue.processing.bytesRemoved(id);
    await test.sql.query(`update deletions set deleted_at = now() - interval '1 hour' where image_id = $1`, [
      id,
    ]);
    return id;
  }
  const remembered = async (id: string) =>
    (await test.sql.query('select from deletions where image_id = $1', [id])).rows.length === 1;

  it('forgets old deletions, and no longer accepts positions before them', async () => {
    const before = await changes.position();
    const id = await deletedImage();
    const after = await changes.position();
    await changes.trim(7_200);
    expect(await remembered(id)).toBe(true);
    await changes.trim(60);
    expect(await remembered(id)).toBe(false);
    expect(await changes.since(before)).toBeNull();
    expect((await since(after)).deletions.map((deletion) => deletion.id)).not.toContain(id);
  });

  it('no longer accepts the exact position of a forgotten deletion', async () => {
    const id = await deletedImage();
    const { rows } = await test.sql.query<{ position: string }>(
      'select deleted_xid::text as position from deletions where image_id = $1',
      [id],
    );
    const position = rows[0]?.position ?? '';
    expect((await since(position)).deletions.map((deletion) => deletion.id)).toContain(id);
    await changes.trim(60);
    expect(await changes.since(position)).toBeNull();
  });

  it('keeps a deletion whose bytes still exist', async () => {
    const before = await changes.position();
    const id = await insert();
    await test.catalogue.images.delete('ada', id);
    await test.sql.query(`update deletions set deleted_at = now() - interval '1 hour'`);
    await changes.trim(60);
    expect((await since(before)).deletions.map((deletion) => deletion.id)).toContain(id);
  });

  it('keeps every position valid that is handed out, even during an old transaction', async () => {
    const old = await openTransaction();
    const id = await deletedImage();
    await changes.trim(60);
    expect(await remembered(id)).toBe(true);
    expect(await changes.since(await changes.position())).not.toBeNull();
    await old.sql.query('rollback');
    await old.end();
    await changes.trim(60);
    expect(await remembered(id)).toBe(false);
    expect(await changes.since(await changes.position())).not.toBeNull();
  });

  it('never moves the floor back', async () => {
    const floor = async () =>
      BigInt((await test.sql.query('select position::text as position from change_floor')).rows[0].position);
    const before = await floor();
    await deletedImage();
    await changes.trim(60);
    const after = await floor();
    expect(after).toBeGreaterThan(before);
    await changes.trim(60);
    expect(await floor()).toBe(after);
  });
});

describe('a database created during an old transaction of the server', () => {
  it('accepts the positions that it hands out', async () => {
    const old = await openTransaction();
    const fresh = await openTestCatalogue();
    const position = await fresh.catalogue.changes.position();
    expect(await fresh.catalogue.changes.since(position)).toMatchObject({ images: [], deletions: [] });
    await old.sql.query('rollback');
    await old.end();
    await fresh.close();
  });
});

describe('snapshot', () => {
  it('holds the images that are still being processed, or the requested one', async () => {
    const { processing } = test.catalogue;
    const [queued, working, ready, failed] = [await insert(), await insert(), await insert(), await insert()];
    await insert('bob');
    await processing.start(working, 1);
    await processing.start(ready, 1);
    await processing.complete(ready, 1, DECODED_FACTS, []);
    await processing.fail(failed, 1, { code: 'internal', message: 'x' });
    const ids = async (imageId?: string) => (await changes.snapshot('ada', imageId)).map((image) => image.id);
    expect(await ids()).toEqual([queued, working]);
    for (const id of [queued, working, ready, failed]) expect(await ids(id)).toEqual([id]);
  });
});
