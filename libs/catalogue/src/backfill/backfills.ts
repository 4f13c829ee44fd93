import type { Sql } from '../database.js';

/** The work on rows that are older than a step of the schema. */
export type Backfill = 'words' | 'totals';

/** Milliseconds between two looks at a backfill in progress. */
const LOOK_EVERY = 10_000;

/** Knows which backfills are complete. Until then, callers use the query that does not need it. */
export class Backfills {
  readonly #database: Sql;
  readonly #done = new Set<string>();
  /** The look in progress, or the last one. */
  #look: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Sql) {
    this.#database = database;
  }

  async isDone(backfill: Backfill): Promise<boolean> {
    if (this.#done.has(backfill)) return true;
    if (performance.now() - this.#lookedAt >= LOOK_EVERY) void this.look().catch(() => undefined);
    // Who asks during a look waits for it: the query of before may have lost its index.
    await this.#look;
    return this.#done.has(backfill);
  }

  /** Reads the database now. */
  look(): Promise<void> {
    this.#lookedAt = performance.now();
    this.#look = this.#read();
    return this.#look;
  }

  async #read(): Promise<void> {
    try {
      const rows = await this.#database.query<{ name: string }>(
        'select name from backfills where done_at is not null',
      );
      for (const { name } of rows) this.#done.add(name);
    } catch (error) {
      this.#lookedAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }
}
