import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { initial } from './0001-initial.js';
import { crashes } from './0002-crashes.js';
import { facts } from './0003-facts.js';
import { operations } from './0004-operations.js';
import { reconciler } from './0005-reconciler.js';
import { rounds } from './0006-rounds.js';
import { deletesAtOnce } from './0007-deletes-at-once.js';
import { formatsOfBefore } from './0008-formats-of-before.js';
import { step } from './0009-step.js';
import { anyFormat } from './0010-any-format.js';
import { wordsAndTotals } from './0011-words-and-totals.js';
import type { Migration } from './migration.js';
import { rebaseChangeFeed } from './rebase-change-feed.js';

export const migrations: readonly Migration[] = [
  initial,
  crashes,
  facts,
  operations,
  reconciler,
  rounds,
  deletesAtOnce,
  formatsOfBefore,
  step,
  anyFormat,
  wordsAndTotals,
];

/**
 * How long a step waits for a lock. Writers queue behind a waiting `alter table`, so it gives up soon, lets them pass and
 * tries again.
 */
const LOCK_TIMEOUT = '1s';
const TRIES = 120;
const LOCK_NOT_AVAILABLE = '55P03';

/** The number of the advisory lock, which nothing else in the database may use: "darkroom" in ASCII. */
const ADVISORY_LOCK = '7233188282340700013';

/**
 * Migrates the schema: takes an advisory lock, so that of several processes starting at once one migrates and the others
 * wait, then runs each missing step in a separate transaction.
 *
 * Leaves a schema that is newer than this code unchanged: during a deploy the previous version runs beside the next.
 *
 * @returns the ids of the steps that ran now
 */
export async function migrate(client: pg.ClientBase): Promise<number[]> {
  await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
  try {
    await client.query(
      'create table if not exists schema_migrations (id integer primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ id: number }>('select id from schema_migrations');
    const applied = new Set(rows.map((row) => row.id));
    const missing = migrations.filter((migration) => !applied.has(migration.id));
    for (const migration of missing) await runPatiently(client, migration);
    const newest = migrations.at(-1)?.id ?? 0;
    if (Math.max(0, ...applied) <= newest) await rebaseChangeFeed(client);
    return missing.map((migration) => migration.id);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
  }
}

async function runPatiently(client: pg.ClientBase, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await run(client, migration);
      return;
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
      if (!isLocked || tries === TRIES) throw error;
      await pause(tries * 10);
    }
  }
}

async function run(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (id, name) values ($1, $2)', [
      migration.id,
      migration.name,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
