import type { Sql } from '../database.js';
import type { Backfill } from './backfills.js';
import { backfillTotals } from './backfill-totals.js';
import { backfillWords, dropReplacedIndexes } from './backfill-words.js';

/** The number of the advisory lock: "darkroon" in ASCII. */
const ADVISORY_LOCK = '7233188282340700014';

const BACKFILLS: Record<Backfill, (sql: Sql) => Promise<void>> = {
  words: backfillWords,
  totals: backfillTotals,
};

/**
 * Brings rows that are older than the schema up to date, beside running writers: milliseconds for a new database, an hour
 * for ten million images. Only one process does it at a time; each part continues or begins again after a crash.
 *
 * @returns the parts that are complete now and were not before; null when another process does it
 */
export async function backfill(sql: Sql): Promise<Backfill[] | null> {
  const [lock] = await sql.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
    ADVISORY_LOCK,
  ]);
  if (lock?.mine !== true) return null;
  try {
    const completed: Backfill[] = [];
    for (const name of Object.keys(BACKFILLS) as Backfill[]) {
      await sql.query('insert into backfills (name) values ($1) on conflict do nothing', [name]);
      const open = await sql.query('select from backfills where name = $1 and done_at is null', [name]);
      if (open.length === 0) continue;
      await BACKFILLS[name](sql);
      completed.push(name);
    }
    await dropReplacedIndexes(sql);
    return completed;
  } finally {
    await sql.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
  }
}
