import type { Sql } from '../database.js';
import { foldChanges } from '../owner-totals.js';

/** Memory for grouping ten million images by owner and tag. */
const MEMORY = '64MB';

/**
 * Adds the rows that are older than the triggers to the totals. What is counted in one snapshot, less what the triggers
 * have recorded in the same snapshot, is what they have missed, whatever changes meanwhile. So a second run adds nothing.
 */
export async function backfillTotals(sql: Sql): Promise<void> {
  await sql.query(`set work_mem = '${MEMORY}'`);
  for (const statement of [MISSED_ROWS, MISSED_TAGS]) {
    // Read before it is grouped: the transaction gets its id with the first row that it writes, so it holds the position
    // of the change feed only while it writes.
    await sql.query('begin isolation level repeatable read');
    try {
      await sql.query(statement);
      await sql.query('commit');
    } catch (error) {
      await sql.query('rollback');
      throw error;
    }
  }
  await sql.query('reset work_mem');
  while (await foldChanges(sql));
  await sql.query('analyze owner_totals, tag_totals');
  await sql.query(`update backfills set done_at = now() where name = 'totals'`);
}

const MISSED_ROWS = `
  insert into owner_changes (owner, pictures, picture_bytes, variants, variant_bytes)
  select owner, sum(pictures), sum(picture_bytes), sum(variants), sum(variant_bytes) from (
    select owner, count(*) as pictures, sum(bytes) as picture_bytes, 0 as variants, 0 as variant_bytes
      from images group by owner
    union all select owner, 0, 0, count(*), sum(bytes) from variants group by owner
    union all select owner, -pictures, -picture_bytes, -variants, -variant_bytes from owner_totals
    union all select owner, -pictures, -picture_bytes, -variants, -variant_bytes from owner_changes
  ) counted
  group by owner
  having sum(pictures) <> 0 or sum(picture_bytes) <> 0 or sum(variants) <> 0 or sum(variant_bytes) <> 0`;

/** A row holds all tags of an owner that have the same count. */
const MISSED_TAGS = `
  insert into owner_changes (owner, tags, tag_count)
  select owner, array_agg(tag), count from (
    select owner, tag, sum(count) as count from (
      select owner, tag, count(*) as count from images, unnest(tags) tag group by owner, tag
      union all select owner, tag, -count from tag_totals
      union all select owner, tag, -tag_count from owner_changes, unnest(tags) tag
    ) counted
    group by owner, tag having sum(count) <> 0
  ) missed
  group by owner, count`;
