import { type ImageStatus, imageStatuses } from '@darkroom/contracts';
import type { Sql } from './database.js';

/** A count, and a number of bytes. */
export interface StoredCount {
  count: number;
  bytes: number;
}

export interface Stored {
  originals: StoredCount;
  variants: StoredCount;
}

export interface TagCount {
  tag: string;
  count: number;
}

/** Changes that are folded in one transaction. */
const FOLD = 5_000;

/**
 * Folds a batch of recorded changes into the totals, of all owners. Several at once do no harm.
 *
 * @returns whether more are left
 */
export async function foldChanges(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ folded: number; owners: string[] | null; tags: string[] | null }>(
    FOLD_BATCH,
  );
  // A tag may have come back meanwhile.
  if (row?.owners != null) await sql.query(DELETE_UNUSED, [row.owners, row.tags]);
  return row?.folded === FOLD;
}

/** Sums the bytes of an owner's originals and variants, expired ones that still exist included. */
export async function storedTotals(sql: Sql, owner: string): Promise<Stored> {
  const [row] = await sql.query<Record<'pictures' | 'picture_bytes' | 'variants' | 'variant_bytes', number>>(
    `select coalesce(sum(pictures), 0)::bigint as pictures, coalesce(sum(picture_bytes), 0)::bigint as picture_bytes,
            coalesce(sum(variants), 0)::bigint as variants, coalesce(sum(variant_bytes), 0)::bigint as variant_bytes
     from (select pictures, picture_bytes, variants, variant_bytes from owner_totals where owner = $1
           union all select pictures, picture_bytes, variants, variant_bytes from owner_changes where owner = $1) t`,
    [owner],
  );
  return {
    originals: { count: row?.pictures ?? 0, bytes: row?.picture_bytes ?? 0 },
    variants: { count: row?.variants ?? 0, bytes: row?.variant_bytes ?? 0 },
  };
}

/**
 * Counts an owner's images in each state, without the expired ones. Reads an index entry for each image that is not ready;
 * the ready ones are the others.
 */
export async function statusTotals(sql: Sql, owner: string): Promise<Record<ImageStatus, number>> {
  const rows = await sql.query<{ status: ImageStatus; count: number }>(COUNT_STATUSES, [
    owner,
    imageStatuses.filter((status) => status !== 'ready'),
  ]);
  const counts = new Map(rows.map(({ status, count }) => [status, count]));
  return Object.fromEntries(imageStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
    ImageStatus,
    number
  >;
}

/** Counts the images of each tag of an owner, without the expired ones, the most frequent tag first. */
export async function tagTotals(sql: Sql, owner: string, limit: number): Promise<TagCount[]> {
  return sql.query<TagCount & Record<string, unknown>>(
    `select tag, sum(count)::bigint as count from (
       select tag, count from tag_totals where owner = $1
       union all select tag, tag_count from owner_changes, unnest(tags) tag where owner = $1
       union all select tag, -1 from ${EXPIRED} e, unnest(tags) tag where owner = $1
     ) t group by tag having sum(count) > 0 order by 2 desc, tag limit $2`,
    [owner, limit],
  );
}

/** The few images that have expired and still exist, by their index: `offset 0` leaves the planner no other. */
const EXPIRED = `(select owner, status, tags from images where expires_at <= now() offset 0)`;

const COUNT_STATUSES = `
  with others as (
    select status, count(*) as count from images where owner = $1 and status = any($2) group by status
  ), pictures as (
    select pictures as count from owner_totals where owner = $1
    union all select pictures from owner_changes where owner = $1
  )
  select status, sum(count)::bigint as count from (
    select 'ready' as status, sum(count) as count from pictures
    union all select 'ready', -count from others
    union all select status, count from others
    union all select status, -count(*) from ${EXPIRED} e where owner = $1 group by status
  ) t group by status`;

const FOLD_BATCH = `
  with taken as (
    delete from owner_changes
    where ctid = any(array(select ctid from owner_changes limit ${FOLD} for update skip locked)) returning *
  ), owners as (
    insert into owner_totals as t (owner, pictures, picture_bytes, variants, variant_bytes)
    select owner, sum(pictures), sum(picture_bytes), sum(variants), sum(variant_bytes)
    from taken group by owner order by owner
    on conflict (owner) do update set
      pictures = t.pictures + excluded.pictures, picture_bytes = t.picture_bytes + excluded.picture_bytes,
      variants = t.variants + excluded.variants, variant_bytes = t.variant_bytes + excluded.variant_bytes
  ), tagged as (
    insert into tag_totals as t (owner, tag, count)
    select owner, tag, sum(tag_count) from taken, unnest(tags) tag
    group by owner, tag having sum(tag_count) <> 0 order by owner, tag
    on conflict (owner, tag) do update set count = t.count + excluded.count
    returning owner, tag, count
  )
  select (select count(*) from taken) as folded,
         (select array_agg(owner) from tagged where count = 0) as owners,
         (select array_agg(tag) from tagged where count = 0) as tags`;

const DELETE_UNUSED = `
  delete from tag_totals t using unnest($1::text[], $2::text[]) unused (owner, tag)
  where t.owner = unused.owner and t.tag = unused.tag and t.count = 0`;
