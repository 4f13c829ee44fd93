/**
 * One step of the schema, forward only. A step that has landed is never edited: a later step corrects it.
 *
 * Writers wait while it runs, so from step 11 on it neither builds an index on an existing table
 * nor reads, writes or rewrites its rows. A test refuses such a step. `backfill.ts` does what is left.
 * It locks tables in the order of the writers, images before variants.
 */
export interface Migration {
  /** Position in the order, from 1 without a gap. */
  id: number;
  name: string;
  /** Runs in one transaction. */
  sql: string;
}
