import { type TestDatabase, testDatabase } from '@darkroom/testing';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../catalogue.js';
import { applySteps } from '../testing/apply-steps.js';
import { createNewImage } from '../testing/create-new-image.js';
import { connect, terminate } from '../testing/test-catalogue.js';

const OLDER = 5_000;
let database: TestDatabase;
let sql: pg.Client;
let catalogue: Catalogue;

/** A database of the version before, with pictures, that has then been migrated. */
beforeEach(async () => {
  database = await testDatabase();
  sql = await connect(database.url);
  await applySteps(sql, 10);
  await sql.query(`
    insert into images (id, owner, filename, content_type, bytes, sha256, created_at, tags, search)
    select uuidv7(), 'owner' || n % 3, 'p.jpg', 'image/jpeg', n, repeat('ab', 32), now(), array['all', 'tag ' || n % 7],
           array_to_tsvector(array['p', 'jpg', 'all', 'tag', (n % 7)::text, 'word' || n % 50]) from generate_series(1, ${OLDER}) n`);
  await sql.query(`
    insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes)
    select id, owner, name, 'jpeg', 1, 1, 1, bytes from images, unnest(array['small', 'large']) name`);
  catalogue = new Catalogue({ url: database.url });
  await catalogue.migrate();
});
afterEach(async () => {
  await sql.end();
  await catalogue.close();
  await database.drop();
});

const indexes = async (): Promise<unknown[]> =>
  (await sql.query(`select from pg_class where relname in ('images_search', 'images_tags')`)).rows;

/** What an owner's totals, pages and tags are. */
async function answers(from: Catalogue, owner: string): Promise<unknown> {
  return {
    statuses: await from.operations.statuses(owner),
    storage: await from.operations.storage(owner),
    tags: await from.images.tags(owner, 10),
    word: (await from.images.page(owner, { q: 'word7' }, null, 100)).images,
    tag: (await from.images.page(owner, { tags: ['tag 3'] }, null, 1_000)).images,
  };
}

it('changes no answer, and runs once', async () => {
  const before = await answers(catalogue, 'owner1');
  expect(before).toMatchObject({ statuses: { queued: 1_667 }, storage: { variants: { count: 3_334 } } });
  expect(await indexes()).toHaveLength(2);
  const other = new Catalogue({ url: database.url });
  const completed = await Promise.all([catalogue.backfill(), other.backfill()]);
  expect(completed.flat().filter((part) => part !== null)).toEqual(['words', 'totals']);
  expect(await answers(catalogue, 'owner1')).toEqual(before);
  expect(await indexes()).toEqual([]);
  expect(await catalogue.backfill()).toEqual([]);
  await other.close();
});

it('includes what changes meanwhile, by either version', async () => {
  const backfilling = catalogue.backfill();
  const ids = (await sql.query<{ id: string }>(`select id from images where owner = 'owner1' order by id`))
    .rows;
  for (const [place, { id }] of ids.slice(0, 300).entries()) {
    if (place % 3 === 0) await sql.query('delete from images where id = $1', [id]);
    else if (place % 3 === 1) await catalogue.images.update('owner1', id, { tags: ['new'], title: 'word7' });
    else await catalogue.images.insert([createNewImage({ owner: 'owner1', title: 'word7', tags: ['all'] })]);
  }
  expect(await backfilling).toEqual(['words', 'totals']);
  const totals = await answers(catalogue, 'owner1');
  await sql.query(`update backfills set done_at = null`);
  const counting = new Catalogue({ url: database.url });
  expect(totals).toEqual(await answers(counting, 'owner1'));
  await counting.close();
  const { rows } = await sql.query(
    'select from images full join image_words on id = image_id where id is null or image_id is null',
  );
  expect(rows).toEqual([]);
});

describe('a backfill that waits', () => {
  let waiting: Catalogue;
  let failed: Promise<unknown>;

  /** It waits for the table of the totals when it has added the words. */
  beforeEach(async () => {
    await sql.query('begin');
    await sql.query('lock table owner_totals in access exclusive mode');
    waiting = new Catalogue({ url: database.url });
    failed = waiting.backfill().catch((error: unknown) => error);
    for (;;) {
      const { rows } = await sql.query(
        `select from pg_locks where relation = 'owner_totals'::regclass and not granted`,
      );
      if (rows.length > 0) break;
    }
  });

  it('is continued after its connection was broken', async () => {
    await terminate(sql, 'darkroom-migration');
    expect(await failed).toMatchObject({ code: 'unavailable' });
    await sql.query('commit');
    expect(await waiting.backfill()).toEqual(['totals']);
    expect(await waiting.operations.storage('owner1')).toMatchObject({ originals: { count: 1_667 } });
    await waiting.close();
  });

  it('ends when the catalogue is closed', async () => {
    await waiting.close();
    expect(await failed).toMatchObject({ code: 'unavailable' });
    await sql.query('commit');
  });
});
