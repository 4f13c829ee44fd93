import type pg from 'pg';

/** An index on a table that may hold millions of rows. */
interface LargeIndex {
  name: string;
  /** What follows `create index concurrently NAME on`. */
  definition: string;
}

/** A query that needs one of them must do without it until it is complete. */
export const largeIndexes: readonly LargeIndex[] = [
  {
    name: 'images_terms',
    // Without the list of pending entries: every query would read all of it, once for each slice.
    definition: 'images using gin (image_terms(owner, id, search)) with (fastupdate = off)',
  },
];

/** The number of the advisory lock: "darkroon" in ASCII. */
const ADVISORY_LOCK = '7233188282340700014';

/**
 * Builds the missing indexes beside running writers. Over ten million images that takes minutes, so no start of a process
 * should wait for it. Only one process builds; the others return at once, because the build itself would wait for a
 * connection that waits for a lock. A build that was cut off leaves an invalid index, which the next one replaces.
 *
 * @returns the names of the indexes built now
 */
export async function buildIndexes(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
    ADVISORY_LOCK,
  ]);
  if (rows[0]?.mine !== true) return [];
  const built: string[] = [];
  try {
    for (const { name, definition } of largeIndexes) {
      const found = await client.query<{ valid: boolean }>(
        'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
        [name],
      );
      if (found.rows[0]?.valid === true) continue;
      if (found.rows.length > 0) await client.query(`drop index concurrently ${name}`);
      await client.query(`create index concurrently ${name} on ${definition}`);
      built.push(name);
    }
    // Without statistics about the function's results the planner guesses.
    if (built.length > 0) await client.query('analyze images');
    return built;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
  }
}
