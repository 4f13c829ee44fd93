import {
  firstFormat,
  type OriginalFacts,
  type PictureCode,
  type PictureStep,
  type VariantFormat,
} from '@darkroom/contracts';
import {
  type CatalogueImage,
  type CatalogueVariant,
  IMAGE_COLUMNS,
  type ImageInWork,
  type ImageRow,
  NOT_EXPIRED,
  toCatalogueImage,
} from './catalogue-image.js';
import type { Database, PreparedStatement, Sql } from './database.js';

export interface DecodedFacts extends OriginalFacts {
  /** Pixels, upright. */
  width: number;
  /** Pixels, upright. */
  height: number;
  /** Base64. */
  thumbhash: string;
}

/**
 * What the worker does to images of any owner. Every write names its run and the states that it may start from; a write
 * that no longer applies (deleted, retried, already done) changes nothing and reports that.
 */
export class ProcessingCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the image if this is still its current run; null when it was deleted, has expired or was retried. */
  async find(id: string, run: number): Promise<CatalogueImage | null> {
    const rows = await this.#database.query<ImageRow>(FIND, [id, run]);
    return rows[0] === undefined ? null : toCatalogueImage(rows[0]);
  }

  /** Marks a run as processing; null when there is nothing left to do for it. */
  async start(id: string, run: number): Promise<ImageInWork | null> {
    const rows = await this.#database.query<ImageInWork>(START, [id, run]);
    return rows[0] ?? null;
  }

  /** Records the step of a run; changes nothing when the run is no longer processing. */
  async enter(id: string, run: number, step: PictureStep): Promise<void> {
    await this.#database.query(
      `update images set step = $3 where id = $1 and run = $2 and status = 'processing'`,
      [id, run, step],
    );
  }

  /** Returns an unfinished run to `queued`. */
  async handBack(id: string, run: number): Promise<void> {
    await this.#database.query(
      `update images set status = 'queued' where id = $1 and run = $2 and status = 'processing'`,
      [id, run],
    );
  }

  /**
   * Marks an image `ready` and adds its variants.
   *
   * @param following - formats that separate jobs will make: they stay on record until they exist
   * @returns whether the catalogue now lists these variants: false when the image was deleted, or the run ended in
   *   another way. The caller then removes its bytes if the row no longer exists (`exists`), and only then: a later run
   *   writes the same keys
   */
  async complete(
    id: string,
    run: number,
    facts: DecodedFacts,
    variants: readonly CatalogueVariant[],
    following: readonly VariantFormat[] = [],
  ): Promise<boolean> {
    const values = [
      id,
      run,
      facts.width,
      facts.height,
      facts.thumbhash,
      JSON.stringify(originalFacts(facts)),
    ];
    const completed = await this.#database.query(COMPLETE, [...values, JSON.stringify(variants), following]);
    if (completed.length > 0) return true;
    // Another delivery of the same job has returned the run to the queue, or completed it; the bytes exist anyway.
    return this.#database.transaction(async (sql) => {
      await sql.query(
        `update images set status = 'processing' where id = $1 and run = $2 and status = 'queued'`,
        [id, run],
      );
      const changed = await sql.query<{ owner: string }>(BECOME_READY, values);
      const owner = changed[0]?.owner ?? (await this.#ownerWhenReady(sql, id, run));
      if (owner === undefined) return false;
      await upsertVariants(sql, id, owner, variants);
      if (changed[0] !== undefined) await sql.query(awaitFrom('(select $1::uuid as id)', 2), [id, following]);
      return true;
    });
  }

  /**
   * Adds variants to a ready image.
   *
   * @returns false when the image was deleted or retried meanwhile
   */
  async addVariants(id: string, run: number, variants: readonly CatalogueVariant[]): Promise<boolean> {
    const formats = variants.map(({ format }) => format);
    const added = await this.#database.query(ADD_VARIANTS, [id, run, JSON.stringify(variants), formats]);
    return added.length > 0;
  }

  /**
   * Gives up a format of a ready image that cannot be made: it is no longer pending, and its variants, whose bytes are
   * missing, are no longer listed.
   */
  async giveUpFormat(id: string, run: number, format: VariantFormat): Promise<void> {
    await this.#database.transaction(async (sql) => {
      if ((await this.#ownerWhenReady(sql, id, run)) === undefined) return;
      await sql.query('delete from pending_formats where image_id = $1 and format = $2', [id, format]);
      // Without the first format there would be nothing to show.
      await sql.query('delete from variants where image_id = $1 and format = $2 and format <> $3', [
        id,
        format,
        firstFormat,
      ]);
    });
  }

  /** Marks a ready image as failed because its original is lost. @returns false when it is no longer ready, or in another run */
  async loseOriginal(id: string, run: number, message: string): Promise<boolean> {
    const rows = await this.#database.query(
      `update images set status = 'failed', error_code = 'original_missing', error_message = $3
       where id = $1 and run = $2 and status = 'ready' returning 1`,
      [id, run, message],
    );
    return rows.length > 0;
  }

  /** Ends a run as failed or quarantined. @returns false when the run is no longer the current one */
  async fail(
    id: string,
    run: number,
    error: { code: PictureCode; message: string },
    status: 'failed' | 'quarantined' = 'failed',
  ): Promise<boolean> {
    const rows = await this.#database.query<{ id: string }>(
      `update images set status = $3, error_code = $4, error_message = $5
       where id = $1 and run = $2 and status in ('queued', 'processing') returning id`,
      [id, run, status, error.code, error.message],
    );
    return rows.length > 0;
  }

  /**
   * Counts a decoder process that crashed on the picture.
   *
   * @returns how many have crashed in this run; 0 when it is no longer the current run
   */
  async crashed(id: string, run: number): Promise<number> {
    const rows = await this.#database.query<{ crashes: number }>(
      `update images set crashes = crashes + 1
       where id = $1 and run = $2 and status in ('queued', 'processing') returning crashes`,
      [id, run],
    );
    return rows[0]?.crashes ?? 0;
  }

  async #ownerWhenReady(sql: Sql, id: string, run: number): Promise<string | undefined> {
    const rows = await sql.query<{ owner: string }>(TOUCH_READY, [id, run]);
    return rows[0]?.owner;
  }

  /**
   * Returns images that wait for a worker and have not changed for a while.
   *
   * @param idleSeconds - seconds since their last change
   * @param after - the last id of the previous page
   */
  async unfinished(
    idleSeconds: number,
    limit: number,
    after: string | null = null,
  ): Promise<{ id: string; run: number }[]> {
    return this.#database.query<{ id: string; run: number }>(
      `select id, run from images
       where status in ('queued', 'processing') and changed_at < now() - $1 * interval '1 second'
         and ($3::uuid is null or id > $3)
       order by id limit $2`,
      [idleSeconds, limit, after],
    );
  }

  /**
   * Returns the ids of deleted images whose bytes have not been removed `minAgeSeconds` after the deletion.
   *
   * @param after - the last id of the previous page
   */
  async bytesToRemove(minAgeSeconds: number, limit: number, after: string | null = null): Promise<string[]> {
    const rows = await this.#database.query<{ image_id: string }>(
      `select image_id from deletions
       where bytes_removed_at is null and deleted_at <= now() - $1 * interval '1 second'
         and ($3::uuid is null or image_id > $3)
       order by image_id limit $2`,
      [minAgeSeconds, limit, after],
    );
    return rows.map((row) => row.image_id);
  }

  /** Records that no object of a deleted image is left in storage. */
  async bytesRemoved(id: string): Promise<void> {
    await this.#database.query('update deletions set bytes_removed_at = now() where image_id = $1', [id]);
  }

  /** Returns those of the ids that have a row, of any owner, expired or not. */
  async existing(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#database.query<{ id: string }>(
      'select id from images where id = any($1::uuid[])',
      [ids],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Whether a row with this id exists, of any owner, expired or not. */
  async exists(id: string): Promise<boolean> {
    return (await this.#database.query('select 1 from images where id = $1', [id])).length > 0;
  }
}

/** The facts that have no separate column, without any other property of the caller's object. */
function originalFacts(facts: OriginalFacts): OriginalFacts {
  const { takenAt, camera, colourProfile, frames, dominantColour } = facts;
  return { takenAt, camera, colourProfile, frames, dominantColour };
}

const FIND: PreparedStatement = {
  name: 'processing-find',
  text: `select ${IMAGE_COLUMNS} from images i where i.id = $1 and i.run = $2 and ${NOT_EXPIRED}`,
};

/** Returns few columns: the variants and a whole row would cost PostgreSQL another 0.2 ms for every picture. */
const START: PreparedStatement = {
  name: 'processing-start',
  text: `update images i set status = 'processing', step = null
    where i.id = $1 and i.run = $2 and i.status in ('queued', 'processing') and ${NOT_EXPIRED}
    returning i.id, i.run, i.status, i.content_type as "contentType"`,
};

const BECOME_READY = `update images set status = 'ready', ready_at = now(), width = $3, height = $4, thumbhash = $5, facts = $6
  where id = $1 and run = $2 and status = 'processing' returning id, owner`;

/** Touches the row, which locks it against a delete and notifies the change feed. */
const TOUCH_READY = `update images set ready_at = ready_at where id = $1 and run = $2 and status = 'ready' returning id, owner`;

/** @param parameter - number of the parameter that holds the variants as JSON */
const upsertFrom = (image: string, parameter: number) =>
  `insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes)
   select i.id, i.owner, v.name, v.format, v."recipeVersion", v.width, v.height, v.bytes
   from ${image} i,
     jsonb_to_recordset($${parameter}) as v(name text, format text, "recipeVersion" int, width int, height int, bytes bigint)
   on conflict (image_id, name, format) do update
     set recipe_version = excluded.recipe_version, width = excluded.width, height = excluded.height, bytes = excluded.bytes`;

/** @param parameter - number of the parameter that holds the formats */
const awaitFrom = (image: string, parameter: number) =>
  `insert into pending_formats (image_id, format) select i.id, unnest($${parameter}::text[]) from ${image} i
   on conflict (image_id, format) do update set since = now()`;

const COMPLETE: PreparedStatement = {
  name: 'processing-complete',
  text: `with changed as (${BECOME_READY}), added as (${upsertFrom('changed', 7)}), awaited as (${awaitFrom('changed', 8)})
    select 1 from changed`,
};

const ADD_VARIANTS: PreparedStatement = {
  name: 'processing-add-variants',
  text: `with touched as (${TOUCH_READY}), added as (${upsertFrom('touched', 3)}),
      awaited as (delete from pending_formats p using touched i where p.image_id = i.id and p.format = any($4))
    select 1 from touched`,
};

async function upsertVariants(
  sql: Sql,
  id: string,
  owner: string,
  variants: readonly CatalogueVariant[],
): Promise<void> {
  const image = '(select $1::uuid as id, $2::text as owner)';
  await sql.query(upsertFrom(image, 3), [id, owner, JSON.stringify(variants)]);
}
