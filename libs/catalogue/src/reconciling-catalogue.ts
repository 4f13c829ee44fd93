import type { OriginalContentType, VariantFormat } from '@darkroom/contracts';
import type { Database } from './database.js';
import { NOT_EXPIRED } from './catalogue-image.js';
import { KNOWN_CONTENT_TYPES, KNOWN_FORMATS } from './known-formats.js';

/** A format that an image is still to get. */
export interface PendingFormat {
  imageId: string;
  run: number;
  format: VariantFormat;
}

/** What the catalogue says of an image's objects. */
export interface StoredImage {
  id: string;
  run: number;
  /** Whether a worker may write objects of it right now, or a later version has written objects that this one does not know. */
  atWork: boolean;
  /** Whether it is ready and this version knows every object of it. */
  isReady: boolean;
  contentType: OriginalContentType;
  variants: { name: string; format: VariantFormat; recipeVersion: number }[];
}

/** What the reconciler goes through in rounds. */
export type Backlog = 'pictures' | 'formats';

/** How far the catalogue and storage have been compared. Ids are in order of creation. */
export interface Comparison {
  /** The comparison that is under way: behind which id it goes on (null: from the first), and its last id. */
  underWay: { after: string | null; until: string } | null;
  /** All up to this id have been compared once; null: none. */
  comparedUntil: string | null;
  /** Seconds since the last comparison of all of them began. */
  sinceAll: number;
  /** By the database's clock. */
  now: Date;
}

/** Whether this version knows where every object of the image lies. */
const ALL_KNOWN = `(i.content_type = any(${KNOWN_CONTENT_TYPES})
  and not exists (select 1 from variants v where v.image_id = i.id and v.format <> all(${KNOWN_FORMATS})))`;

/** What the reconciler asks and notes, over images of any owner. */
export class ReconcilingCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Makes `holder` the one that reconciles, or lets it stay that.
   *
   * @param holder - a UUID
   * @param seconds - until another may take over
   * @returns whether it is
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
   * Formats that ready images still lack, some time after they were due.
   *
   * @param idleSeconds - since they were due
   * @param after - to go on after; with a format below all others (`''`) those of that image too
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

  /** Notes formats that a ready image is to get, again or for the first time. */
  async awaitFormats(id: string, run: number, formats: readonly VariantFormat[]): Promise<void> {
    await this.#database.query(
      `insert into pending_formats (image_id, format)
       select i.id, unnest($3::text[]) from images i where i.id = $1 and i.run = $2 and i.status = 'ready'
       on conflict (image_id, format) do update set since = now()`,
      [id, run, formats],
    );
  }

  /** Ids of images that have expired and are still there. */
  async expired(limit: number, after: string | null = null): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `select id from images where expires_at <= now() and ($2::uuid is null or id > $2) order by id limit $1`,
      [limit, after],
    );
    return rows.map((row) => row.id);
  }

  /** Deletes the rows of those of the images that have expired. @returns their ids */
  async deleteExpired(ids: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      'delete from images where id = any($1::uuid[]) and expires_at <= now() returning id',
      [ids],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Ids of deleted images whose bytes were removed so early that a worker that had the image in hand may have written
   * some after it.
   *
   * @param ageSeconds - since the deletion, an hour at most: after that no worker has it in hand
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

  /** The image behind which a backlog is to be gone on with; null: from the first. */
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
   * Takes a turn at looking for writes that have not ended.
   *
   * @returns whether it is due: nobody has taken one for so long
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
    if (row === undefined) throw new Error('the row of the reconciler is gone');
    const { after, until, comparedUntil, sinceAll, now } = row;
    return { underWay: until === null ? null : { after, until }, comparedUntil, sinceAll, now };
  }

  /** Begins a comparison. @param after - null: of all images */
  async beginComparison(after: string | null, until: string): Promise<void> {
    await this.#database.query(
      `update reconciler set compare_after = $1, compare_until = $2,
         compared_all_at = case when $1::uuid is null then now() else compared_all_at end`,
      [after, until],
    );
  }

  /** Notes how far the comparison under way has come; one that has reached its last id is over. */
  async comparedUpTo(id: string): Promise<void> {
    await this.#database.query(
      `update reconciler set
         compare_after = case when $1 < compare_until then $1 end,
         compare_until = case when $1 < compare_until then compare_until end,
         compared_until = greatest(compared_until, $1) where compare_until is not null`,
      [id],
    );
  }

  /** Images behind one id and up to another, in order. */
  async storedImages(after: string | null, until: string, limit: number): Promise<StoredImage[]> {
    return this.#storedImages('where ($1::uuid is null or i.id > $1) and i.id <= $2 order by i.id limit $3', [
      after,
      until,
      limit,
    ]);
  }

  /** Those of the images that there are, in no particular order. */
  async storedImagesOf(ids: readonly string[]): Promise<StoredImage[]> {
    return this.#storedImages('where i.id = any($1::uuid[])', [ids]);
  }

  async #storedImages(condition: string, values: unknown[]): Promise<StoredImage[]> {
    return this.#database.query<StoredImage & Record<string, unknown>>(
      `select i.id, i.run, i.status = 'ready' and ${ALL_KNOWN} as "isReady",
              i.status in ('queued', 'processing') or not ${ALL_KNOWN}
                or exists (select 1 from pending_formats p where p.image_id = i.id) as "atWork",
              i.content_type as "contentType",
              coalesce((select jsonb_agg(jsonb_build_object('name', v.name, 'format', v.format, 'recipeVersion', v.recipe_version))
                        from variants v where v.image_id = i.id and v.format = any(${KNOWN_FORMATS})), '[]') as variants
       from images i ${condition}`,
      values,
    );
  }
}
