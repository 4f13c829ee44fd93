import type pg from 'pg';
import { migrations } from '../migrations/migrate.js';

/** Makes the schema of an earlier version: runs the first steps and records them, as a migration does. */
export async function applySteps(sql: pg.Client, count: number): Promise<void> {
  for (const step of migrations.slice(0, count)) await sql.query(step.sql);
  await sql.query(
    'create table schema_migrations (id integer primary key, name text not null, applied_at timestamptz not null default now())',
  );
  await sql.query(
    `insert into schema_migrations (id, name) select n, 'x' from generate_series(1, $1::int) n`,
    [count],
  );
}
