import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Catalogue } from '../catalogue.js';
import { createNewImage } from '../testing/create-new-image.js';
import { connect, openTestCatalogue, terminate, type TestCatalogue } from '../testing/test-catalogue.js';
import { largeIndexes } from './build-indexes.js';

const ALL = largeIndexes.map(({ name }) => name);
let test: TestCatalogue;
let reader: pg.Client;

beforeEach(async () => {
  test = await openTestCatalogue();
  reader = await connect(test.database.url);
  for (const name of ALL) await test.sql.query(`drop index ${name}`);
});
afterEach(async () => {
  await reader.end();
  await test.close();
});

/** Opens a transaction that may still read the table as it was, which every build waits for. */
async function openRead(): Promise<void> {
  await reader.query('begin isolation level repeatable read');
  await reader.query('select from images');
}

/** Resolves when a build waits for the open transaction. */
async function untilBuilding(): Promise<void> {
  for (;;) {
    const { rows } = await test.sql.query(
      `select from pg_stat_activity
       where datname = current_database() and query like 'create index%' and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

it('builds what is missing, once', async () => {
  const other = new Catalogue({ url: test.database.url });
  const built = await Promise.all([test.catalogue.buildIndexes(), other.buildIndexes()]);
  expect(built.flat()).toEqual(ALL);
  expect(await other.buildIndexes()).toEqual([]);
  await other.close();
});

it('does not stop writers', async () => {
  await openRead();
  const building = test.catalogue.buildIndexes();
  await untilBuilding();
  const image = createNewImage({ title: 'meanwhile', tags: ['meanwhile'] });
  await test.catalogue.images.insert([image]);
  await test.catalogue.images.update(image.owner, image.id, { caption: 'beach' });
  await reader.query('commit');
  expect(await building).toEqual(ALL);
  const later = new Catalogue({ url: test.database.url });
  const { images } = await later.images.page(image.owner, { q: 'beach', tags: ['meanwhile'] }, null, 1);
  expect(images).toEqual([{ id: image.id, version: 2 }]);
  await later.close();
});

it('ends when the catalogue is closed, and a later build replaces the incomplete index', async () => {
  await openRead();
  const closed = new Catalogue({ url: test.database.url });
  const building = closed.buildIndexes().catch((error: unknown) => error);
  await untilBuilding();
  await closed.close();
  expect(await building).toMatchObject({ code: 'unavailable' });
  // The server has not noticed yet.
  expect(await test.catalogue.buildIndexes()).toEqual([]);
  await terminate(test.sql, 'darkroom-migration');
  await reader.query('commit');
  while ((await test.catalogue.buildIndexes()).length === 0);
  const { rows } = await test.sql.query(
    'select indisvalid from pg_index where indexrelid = any($1::regclass[])',
    [ALL],
  );
  expect(rows).toEqual(ALL.map(() => ({ indisvalid: true })));
});
