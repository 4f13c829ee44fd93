import type { Sql } from '../database.js';

/** The work on rows that are older than a step of the schema. */
export type Backfill = 'words' | 'totals';

/** Milliseconds between two looks at a backfill in progress. */
const LOOK_EVERY = 10_000;

/** Knows which backfills are complete. Until then, callers use the query that does not need it. */
export class Backfills {
  readonly #database: Sql;
  readonly #done = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Sql) {
    this.#database = database;
  }

  async isDone(backfill: Backfill): Promise<boolean> {
    if (this.#done.has(backfill) || performance.now() - this.#lookedAt < LOOK_EVERY) {
      return this.#done.has(backfill);
    }
    await this.look();
    return this.#done.has(backfill);
  }

  /** Reads the database now. */
  async look(): Promise<void> {
    this.#lookedAt = performance.now();
    const rows = await this.#database.query<{ name: string }>(
      'select name from backfills where done_at is not null',
    );
    for (const { name } of rows) this.#done.add(name);
  }
}
