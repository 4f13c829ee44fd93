import { type TestDatabase, testDatabase } from '@darkroom/testing';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../catalogue.js';
import { connect } from '../testing/test-catalogue.js';
import { migrate, migrations } from './migrate.js';

const ALL = migrations.map((migration) => migration.id);
let database: TestDatabase;
let sql: pg.Client;

beforeEach(async () => {
  database = await testDatabase();
  sql = await connect(database.url);
});
afterEach(async () => {
  await sql.end();
  await database.drop();
});

async function schema(): Promise<unknown[]> {
  const { rows } = await sql.query(
    `select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`,
  );
  return rows;
}

describe('migrate', () => {
  it('numbers its steps from 1 without a gap', () => {
    expect(ALL).toEqual(ALL.map((_, index) => index + 1));
  });

  it('lets one of several processes that start at once do the work', async () => {
    const catalogues = Array.from({ length: 4 }, () => new Catalogue({ url: database.url }));
    const ran = await Promise.all(catalogues.map((catalogue) => catalogue.migrate()));
    expect(ran.filter((ids) => ids.length > 0)).toEqual([ALL]);
    const [first] = catalogues;
    expect(await first?.migrate()).toEqual([]);
    await Promise.all(catalogues.map((catalogue) => catalogue.close()));
    const { rows } = await sql.query('select id, name from schema_migrations order by id');
    expect(rows).toEqual(migrations.map(({ id, name }) => ({ id, name })));
  });

  it('leaves a newer schema alone', async () => {
    await migrate(sql);
    await sql.query(`insert into schema_migrations (id, name) values (9999, 'from the future')`);
    await sql.query('alter table images add column colour text');
    const before = await schema();
    expect(await migrate(sql)).toEqual([]);
    expect(await schema()).toEqual(before);
    const { rows } = await sql.query('select max(id) as id from schema_migrations');
    expect(rows).toEqual([{ id: 9999 }]);
  });

  it('leaves nothing of a step that failed, and gives the lock back', async () => {
    await sql.query('create table variants (other text)');
    await expect(migrate(sql)).rejects.toMatchObject({ code: '42P07' });
    expect((await sql.query(`select to_regclass('images') as images`)).rows).toEqual([{ images: null }]);
    await sql.query('drop table variants');
    const other = await connect(database.url);
    expect(await migrate(other)).toEqual(ALL);
    await other.end();
  });
});
