import type { OriginalContentType, VariantFormat } from '@darkroom/contracts';
import type { Sql } from './database.js';
import { NOT_EXPIRED } from './catalogue-image.js';
import { KNOWN_CONTENT_TYPES, KNOWN_FORMATS } from './known-formats.js';

/** A format that an image still lacks. */
export interface PendingFormat {
  imageId: string;
  run: number;
  format: VariantFormat;
}

/** What the catalogue knows about an image's objects. */
export interface StoredImage {
  id: string;
  run: number;
  /** Whether a worker may be writing its objects now, or a later version has written objects that this one does not know. */
  atWork: boolean;
  /** Whether it is ready and this version knows every object of it. */
  isReady: boolean;
  contentType: OriginalContentType;
  variants: { name: string; format: VariantFormat; recipeVersion: number }[];
}

/** The backlogs that the reconciler processes in rounds. */
export type Backlog = 'pictures' | 'formats';

/** How far the catalogue and storage have been compared. Ids are in order of creation. */
export interface Comparison {
  /** The comparison in progress: the id after which it continues (null: from the first), and its last id. */
  underWay: { after: string | null; until: string } | null;
  /** All images up to this id have been compared once; null: none. */
  comparedUntil: string | null;
  /** Seconds since the last comparison of all of them began. */
  sinceAll: number;
  /** The time by the database's clock. */
  now: Date;
}

/**
 * An image's variants in known formats, and whether this version knows the keys of all its objects. An aggregate, because
 * for `exists` PostgreSQL would read the variants of all images, for every page: more than 15 s for ten million images.
 */
const OBJECTS = `lateral (
  select coalesce(jsonb_agg(jsonb_build_object('name', v.name, 'format', v.format, 'recipeVersion', v.recipe_version))
                    filter (where v.format = any(${KNOWN_FORMATS})), '[]') as variants,
         i.content_type = any(${KNOWN_CONTENT_TYPES})
           and coalesce(bool_and(v.format = any(${KNOWN_FORMATS})), true) as are_known
  from variants v where v.image_id = i.id)`;

/** What the reconciler reads and records, for images of any owner. */
export class ReconcilingCatalogue {
  readonly #database: Sql;

  constructor(database: Sql) {
    this.#database = database;
  }

  /**
   * Makes `holder` the process that reconciles, or renews its lease.
   *
   * @param holder - a UUID
   * @param seconds - until another process may take over
   * @returns whether `holder` now holds the lease
   */
  async hold(holder: string, seconds: number): Promise<boolean> {
    const rows = await this.#database.query(
      `update reconciler set holder = $1, held_until = now() + $2 * interval '1 second'
       where holder is null or holder = $1 or held_until <= now() returning 1`,
      [holder, seconds],
    );
    return rows.length > 0;
  }

  async release(holder: string): Promise<void> {
    await this.#database.query('update reconciler set holder = null where holder = $1', [holder]);
  }

  /**
   * Returns formats that ready images still lack, some time after they were due.
   *
   * @param idleSeconds - seconds since they were due
   * @param after - the last item of the previous page; with a format below all others (`''`) that image's formats too
   */
  async pendingFormats(
    idleSeconds: number,
    limit: number,
    after: { imageId: string; format: string } | null = null,
  ): Promise<PendingFormat[]> {
    return this.#database.query<PendingFormat & Record<string, unknown>>(
      `select p.image_id as "imageId", i.run, p.format from pending_formats p join images i on i.id = p.image_id
       where p.since <= now() - $1 * interval '1 second' and i.status = 'ready' and ${NOT_EXPIRED}
         and p.format = any(${KNOWN_FORMATS})
         and ($3::uuid is null or (p.image_id, p.format) > ($3, $4))
       order by p.image_id, p.format limit $2`,
      [idleSeconds, limit, after?.imageId ?? null, after?.format ?? null],
    );
  }

  /** Records formats that a ready image should get, again or for the first time. */
  async awaitFormats(id: string, run: number, formats: readonly VariantFormat[]): Promise<void> {
    await this.#database.query(
      `insert into pending_formats (image_id, format)
       select i.id, unnest($3::text[]) from images i where i.id = $1 and i.run = $2 and i.status = 'ready'
       on conflict (image_id, format) do update set since = now()`,
      [id, run, formats],
    );
  }

  /** Returns the ids of images that have expired and still exist. */
  async expired(limit: number, after: string | null = null): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `select id from images where expires_at <= now() and ($2::uuid is null or id > $2) order by id limit $1`,
      [limit, after],
    );
    return rows.map((row) => row.id);
  }

  /** Deletes the rows of those images that have expired. @returns their ids */
  async deleteExpired(ids: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      'delete from images where id = any($1::uuid[]) and expires_at <= now() returning id',
      [ids],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Returns the ids of deleted images whose bytes were removed so early that a worker that was processing the image may
   * have written some afterwards.
   *
   * @param ageSeconds - seconds since the deletion, at most an hour: after that no worker processes it any more
   */
  async bytesToRemoveAgain(
    ageSeconds: number,
    limit: number,
    after: string | null = null,
  ): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `select image_id as id from deletions
       where bytes_removed_at is not null and extract(epoch from bytes_removed_at - deleted_at) < 3600
         and bytes_removed_at < deleted_at + $1 * interval '1 second'
         and deleted_at <= now() - $1 * interval '1 second' and ($3::uuid is null or image_id > $3)
       order by image_id limit $2`,
      [ageSeconds, limit, after],
    );
    return rows.map((row) => row.id);
  }

  /** The image after which a backlog continues; null: from the first. */
  async place(backlog: Backlog): Promise<string | null> {
    const rows = await this.#database.query<{ place: string | null }>(
      `select ${backlog}_after as place from reconciler`,
    );
    return rows[0]?.place ?? null;
  }

  async keepPlace(backlog: Backlog, after: string | null): Promise<void> {
    await this.#database.query(`update reconciler set ${backlog}_after = $1`, [after]);
  }

  /**
   * Claims the next search for unfinished writes.
   *
   * @returns whether it is due: the last one was at least this long ago
   */
  async takeTurnAtUnfinished(everySeconds: number): Promise<boolean> {
    const rows = await this.#database.query(
      `update reconciler set unfinished_at = now() where unfinished_at <= now() - $1 * interval '1 second' returning 1`,
      [everySeconds],
    );
    return rows.length > 0;
  }

  async comparison(): Promise<Comparison> {
    const [row] = await this.#database.query<{
      after: string | null;
      until: string | null;
      comparedUntil: string | null;
      sinceAll: number;
      now: Date;
    }>(
      `select compare_after as after, compare_until as until, compared_until as "comparedUntil",
              extract(epoch from now() - compared_all_at)::float8 as "sinceAll", now() as now from reconciler`,
    );
    if (row === undefined) throw new Error('the row of the reconciler is missing');
    const { after, until, comparedUntil, sinceAll, now } = row;
    return { underWay: until === null ? null : { after, until }, comparedUntil, sinceAll, now };
  }

  /** Begins a comparison. @param after - null: compare all images */
  async beginComparison(after: string | null, until: string): Promise<void> {
    await this.#database.query(
      `update reconciler set compare_after = $1, compare_until = $2,
         compared_all_at = case when $1::uuid is null then now() else compared_all_at end`,
      [after, until],
    );
  }

  /** Records the progress of the comparison; it is over when it has reached its last id. */
  async comparedUpTo(id: string): Promise<void> {
    await this.#database.query(
      `update reconciler set
         compare_after = case when $1 < compare_until then $1 end,
         compare_until = case when $1 < compare_until then compare_until end,
         compared_until = greatest(compared_until, $1) where compare_until is not null`,
      [id],
    );
  }

  /** Returns the images after one id and up to another, in order. */
  async storedImages(after: string | null, until: string, limit: number): Promise<StoredImage[]> {
    return this.#storedImages('where ($1::uuid is null or i.id > $1) and i.id <= $2 order by i.id limit $3', [
      after,
      until,
      limit,
    ]);
  }

  /** Returns those of the images that exist, in no particular order. */
  async storedImagesOf(ids: readonly string[]): Promise<StoredImage[]> {
    return this.#storedImages('where i.id = any($1::uuid[])', [ids]);
  }

  async #storedImages(condition: string, values: unknown[]): Promise<StoredImage[]> {
    return this.#database.query<StoredImage & Record<string, unknown>>(
      `select i.id, i.run, i.content_type as "contentType", o.variants,
              i.status = 'ready' and o.are_known as "isReady",
              i.status in ('queued', 'processing') or not o.are_known
                or (select count(*) > 0 from pending_formats p where p.image_id = i.id) as "atWork"
       from images i cross join ${OBJECTS} o ${condition}`,
      values,
    );
  }
}
