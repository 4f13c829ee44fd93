import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '../database.js';

/** Images in a statement: about a quarter of a second. */
const BATCH = 2_000;

/**
 * Adds the words of the images that are older than the triggers, in order of their ids, and continues where an earlier run
 * was cut off. It pauses as long as it works, so that it uses at most half a core. Then it drops the indexes that searches
 * used before: each change of state wrote all words into them.
 */
export async function backfillWords(sql: Sql): Promise<void> {
  for (;;) {
    const begun = performance.now();
    if ((await addPage(sql)) < BATCH) break;
    await pause(performance.now() - begun);
  }
  // An image that was deleted while a statement of this backfill read it.
  await sql.query('delete from image_words w using deletions d where w.image_id = d.image_id');
  await sql.query('analyze image_words');
  await sql.query(`update backfills set done_at = now() where name = 'words'`);
}

/** Indexes that only the queries before `image_words` use. */
const REPLACED = ['images_search', 'images_tags'];

/** Drops the replaced indexes beside running writers. */
export async function dropReplacedIndexes(sql: Sql): Promise<void> {
  for (const index of REPLACED) await sql.query(`drop index concurrently if exists ${index}`);
}

/** A word that a trigger has written meanwhile is newer. @returns the number of images read */
async function addPage(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `with page as materialized (
       select i.id, i.owner, i.search, i.tags from images i
       where i.id > (select coalesce(after, '00000000-0000-0000-0000-000000000000') from backfills where name = 'words')
       order by i.id limit ${BATCH}
     ), added as (
       insert into image_words (image_id, terms) select id, image_terms(owner, id, search, tags) from page
       on conflict (image_id) do nothing
     ), kept as (
       update backfills set after = (select id from page order by id desc limit 1)
       where name = 'words' and exists (select from page)
     )
     select count(*) as count from page`,
  );
  return row?.count ?? 0;
}
