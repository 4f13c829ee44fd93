import { type TestDatabase, testDatabase } from '@darkroom/testing';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalogue } from '../catalogue.js';
import { applySteps } from '../testing/apply-steps.js';
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

interface Column {
  place: string;
  type: string;
  isNullable: boolean;
  hasDefault: boolean;
}

async function columns(): Promise<Map<string, Column>> {
  const { rows } = await sql.query<Column>(
    `select table_name || '.' || column_name as place, data_type as type, is_nullable = 'YES' as "isNullable",
            column_default is not null as "hasDefault"
     from information_schema.columns where table_schema = 'public'`,
  );
  return new Map(rows.map((row) => [row.place, row]));
}

/** Columns in constraints, by the constraint and its table. */
async function constraints(): Promise<Map<string, string[]>> {
  const { rows } = await sql.query<{ name: string; places: string[] }>(
    `select c.conrelid::regclass || ' ' || c.conname as name,
            array_agg(c.conrelid::regclass || '.' || a.attname) as places
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
     where c.connamespace = 'public'::regnamespace group by c.oid`,
  );
  return new Map(rows.map((row) => [row.name, row.places]));
}

describe('a step', () => {
  it('removes nothing that the previous version, which still runs, needs, and requires nothing new of it', async () => {
    await sql.query(migrations[0]?.sql ?? '');
    for (const step of migrations.slice(1)) {
      const before = await columns();
      const known = await constraints();
      await sql.query(step.sql);
      const after = await columns();
      const tables = new Set([...before.keys()].map((place) => place.split('.')[0]));
      for (const [place, column] of before) {
        const isLooser = after.get(place)?.isNullable === true || !column.isNullable;
        expect([step.name, after.get(place)?.type, isLooser]).toEqual([step.name, column.type, true]);
      }
      const added = [...after.values()].filter(({ place }) => !before.has(place));
      const demanded = added.filter(
        ({ place, isNullable, hasDefault }) => tables.has(place.split('.')[0]) && !isNullable && !hasDefault,
      );
      expect([step.name, demanded]).toEqual([step.name, []]);
      const tightened = [...(await constraints())].filter(
        ([name, places]) => !known.has(name) && places.some((place) => before.has(place)),
      );
      expect([step.name, tightened]).toEqual([step.name, []]);
    }
  });
});

describe('a step from 11 on', () => {
  /** Steps before met no large table. */
  const FIRST = 11;

  /** What a step does to a table with rows that makes writers wait: null when it does none of it. */
  async function findBlock(step: string): Promise<string | null> {
    const files = `select string_agg(relfilenode::text, ' ' order by oid) as files from pg_class where oid = any($1::oid[])`;
    const tables = (
      await sql.query<{ oid: number }>(
        `select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
      )
    ).rows.map(({ oid }) => oid);
    // Counts of this connection that it has not reported yet, so that only a difference counts.
    const touched = `select sum(n_tup_ins + n_tup_upd + n_tup_del + seq_tup_read)::int as rows from pg_stat_xact_user_tables where relid = any($1::oid[])`;
    await sql.query('begin');
    try {
      const filesBefore = await sql.query(files, [tables]);
      const before = await sql.query(touched, [tables]);
      await sql.query(step);
      const after = await sql.query(touched, [tables]);
      const filesAfter = await sql.query(files, [tables]);
      const locks = await sql.query(
        `select from pg_locks where pid = pg_backend_pid() and relation = any($1::oid[]) and mode = 'ShareLock'`,
        [tables],
      );
      if (filesAfter.rows[0].files !== filesBefore.rows[0].files) return 'rewrites a table';
      if (locks.rows.length > 0) return 'builds an index';
      return after.rows[0].rows > before.rows[0].rows ? 'reads or writes rows' : null;
    } finally {
      await sql.query('rollback');
    }
  }

  async function schemaWithRows(steps: number): Promise<void> {
    for (const step of migrations.slice(0, steps)) await sql.query(step.sql);
    await sql.query(`insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
      select gen_random_uuid(), 'ada', 'x', 'image/jpeg', 1, repeat('ab', 32), now() from generate_series(1, 100)`);
  }

  it('does not make writers of a large table wait', async () => {
    await schemaWithRows(FIRST - 1);
    for (const step of migrations.slice(FIRST - 1)) {
      expect([step.name, await findBlock(step.sql)]).toEqual([step.name, null]);
      await sql.query(step.sql);
    }
  });

  it.each([
    ['builds an index', 'create index other on images (title)'],
    ['reads or writes rows', `update images set title = 'x'`],
    ['reads or writes rows', 'alter table images add check (bytes > 0)'],
    ['rewrites a table', 'alter table images add column drawn timestamptz default clock_timestamp()'],
    [null, 'alter table images add column colour text'],
    [null, 'alter table images add check (bytes > 0) not valid'],
    [null, 'create table others (id integer primary key); create index other on others (id)'],
  ])('is found when it %s: %s', async (found, step) => {
    await schemaWithRows(migrations.length);
    expect(await findBlock(step)).toBe(found);
  });
});

describe('migrate', () => {
  it('lets writers pass while a step waits for a reader', async () => {
    await applySteps(sql, 8);
    await sql.query('begin');
    await sql.query('select from images');
    const catalogue = new Catalogue({ url: database.url });
    const migrating = catalogue.migrate();
    const writer = await connect(database.url);
    for (;;) {
      const { rows } = await writer.query(
        `select from pg_locks where relation = 'images'::regclass and not granted and mode = 'AccessExclusiveLock'`,
      );
      if (rows.length > 0) break;
    }
    await writer.query(`insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
      values (gen_random_uuid(), 'ada', 'x', 'image/jpeg', 1, repeat('ab', 32), now())`);
    await sql.query('commit');
    expect(await migrating).toEqual(ALL.slice(8));
    await writer.end();
    await catalogue.close();
  });

  it('locks tables in the order of the writers, so that none of them is ended by a deadlock', async () => {
    await applySteps(sql, 10);
    await sql.query('begin');
    await sql.query('update images set title = title');
    const catalogue = new Catalogue({ url: database.url });
    const migrating = catalogue.migrate();
    const watcher = await connect(database.url);
    for (;;) {
      const { rows } = await watcher.query(
        `select from pg_locks where relation = 'images'::regclass and not granted`,
      );
      if (rows.length > 0) break;
    }
    const held = await watcher.query(
      `select from pg_locks where relation = 'variants'::regclass and mode = 'ShareRowExclusiveLock'`,
    );
    expect(held.rows).toEqual([]);
    await sql.query('commit');
    expect(await migrating).toEqual(ALL.slice(10));
    await watcher.end();
    await catalogue.close();
  });

  it('numbers its steps from 1 without a gap', () => {
    expect(ALL).toEqual(ALL.map((_, index) => index + 1));
  });

  it('lets one of several processes that start at once migrate', async () => {
    const catalogues = Array.from({ length: 4 }, () => new Catalogue({ url: database.url }));
    const ran = await Promise.all(catalogues.map((catalogue) => catalogue.migrate()));
    expect(ran.filter((ids) => ids.length > 0)).toEqual([ALL]);
    const [first] = catalogues;
    expect(await first?.migrate()).toEqual([]);
    await Promise.all(catalogues.map((catalogue) => catalogue.close()));
    const { rows } = await sql.query('select id, name from schema_migrations order by id');
    expect(rows).toEqual(migrations.map(({ id, name }) => ({ id, name })));
  });

  it('leaves a newer schema unchanged', async () => {
    await migrate(sql);
    await sql.query(`insert into schema_migrations (id, name) values (9999, 'from the future')`);
    await sql.query('alter table images add column colour text');
    const before = await schema();
    expect(await migrate(sql)).toEqual([]);
    expect(await schema()).toEqual(before);
    const { rows } = await sql.query('select max(id) as id from schema_migrations');
    expect(rows).toEqual([{ id: 9999 }]);
  });

  it('rolls back a step that failed, and releases the lock', async () => {
    await sql.query('create table variants (other text)');
    await expect(migrate(sql)).rejects.toMatchObject({ code: '42P07' });
    expect((await sql.query(`select to_regclass('images') as images`)).rows).toEqual([{ images: null }]);
    await sql.query('drop table variants');
    const other = await connect(database.url);
    expect(await migrate(other)).toEqual(ALL);
    await other.end();
  });
});
