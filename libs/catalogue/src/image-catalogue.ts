import type { OriginalContentType } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import {
  type CatalogueImage,
  IMAGE_COLUMNS,
  type ImageRow,
  NOT_EXPIRED,
  toCatalogueImage,
} from './catalogue-image.js';
import type { Backfills } from './backfill/backfills.js';
import type { Database, PreparedStatement, Sql } from './database.js';
import { type TagCount, tagTotals } from './owner-totals.js';
import { type ImageFilter, type ImageState, isHopeless, isTextFilter, pageQuery } from './page-query.js';
import { searchWords } from './search-words.js';
import { searchTerms } from './term-search.js';

export interface NewImage {
  id: string;
  owner: string;
  filename: string;
  contentType: OriginalContentType;
  bytes: number;
  sha256: string;
  title: string | null;
  caption: string | null;
  tags: string[];
  createdAt: Date;
  /** Seconds from the commit until the image expires; null: never. */
  expiresIn: number | null;
}

export interface ImageChange {
  title?: string | null | undefined;
  caption?: string | null | undefined;
  tags?: string[] | undefined;
  /** Seconds from now; null: never. */
  expiresIn?: number | null | undefined;
}

export interface ImagePage {
  images: ImageState[];
  /** The id after which the next page begins, or null at the end. */
  after: string | null;
}

const notFound = () => doorError('not_found', 'There is no image with this id.');

/** The images of one owner, as the HTTP API shows and changes them. Every statement filters by owner. */
export class ImageCatalogue {
  readonly #database: Database;
  readonly #backfills: Backfills;

  constructor(database: Database, backfills: Backfills) {
    this.#database = database;
    this.#backfills = backfills;
  }

  /** Inserts images in `queued`. Pass the transaction that also binds an idempotency key, if there is one. */
  async insert(images: readonly NewImage[], sql: Sql = this.#database): Promise<CatalogueImage[]> {
    if (images.length === 0) return [];
    // One statement for any number of files: a multi-row insert through jsonb.
    const rows = await sql.query<ImageRow>(INSERT, [
      JSON.stringify(images.map((image) => ({ ...image, words: wordsOf(image) }))),
    ]);
    return rows.map(toCatalogueImage);
  }

  /** @throws DarkroomError `not_found` when the owner has no such image, or it has expired */
  async get(owner: string, id: string): Promise<CatalogueImage> {
    return oneOf(await this.#database.query<ImageRow>(GET, [owner, id]));
  }

  /**
   * Returns one page, newest first (ids are UUIDv7, so they sort by creation). It holds only ids and versions, which is
   * little to read; {@link find} returns the images that the caller does not have yet.
   *
   * @param after - the last id of the previous page
   * @param limit - the maximum number of images
   */
  async page(owner: string, filter: ImageFilter, after: string | null, limit: number): Promise<ImagePage> {
    // One extra row shows whether there is another page.
    const rows = await this.#states(owner, filter, after, limit + 1);
    const images = rows.slice(0, limit);
    return { images, after: rows.length > limit ? (images.at(-1)?.id ?? null) : null };
  }

  async #states(
    owner: string,
    filter: ImageFilter,
    after: string | null,
    limit: number,
  ): Promise<ImageState[]> {
    if (isHopeless(filter)) return [];
    const isText = isTextFilter(filter);
    if (isText && (await this.#backfills.isDone('words'))) {
      return searchTerms(this.#database, owner, filter, after, limit);
    }
    const page = pageQuery(owner, filter, after, limit);
    // Without image_words the best plan for a text depends on how frequent it is, so it is planned each time.
    return this.#database.query<ImageState>(isText ? page.text : page, page.values);
  }

  /** Returns those of the images that exist, in no particular order. */
  async find(owner: string, ids: readonly string[]): Promise<CatalogueImage[]> {
    if (ids.length === 0) return [];
    return (await this.#database.query<ImageRow>(FIND, [owner, ids])).map(toCatalogueImage);
  }

  /** Returns those of the ids whose images exist and have not expired, of any owner: for a request that holds a signed link. */
  async living(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#database.query<{ id: string }>(
      `select i.id from images i where i.id = any($1::uuid[]) and ${NOT_EXPIRED}`,
      [ids],
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Returns images by their ids, in the order of the ids.
   *
   * @throws DarkroomError `not_found` when the owner lacks one of them
   */
  async getAll(owner: string, ids: readonly string[]): Promise<CatalogueImage[]> {
    const byId = new Map((await this.find(owner, ids)).map((image) => [image.id, image]));
    return ids.map((id) => {
      const image = byId.get(id);
      if (image === undefined) throw doorError('not_found', `There is no image with the id ${id}.`);
      return image;
    });
  }

  /** Returns the tags in use with their number of images, the most frequent first. */
  async tags(owner: string, limit: number): Promise<TagCount[]> {
    if (await this.#backfills.isDone('totals')) return tagTotals(this.#database, owner, limit);
    return this.#database.query<{ tag: string; count: number }>(
      `select tag, count(*) as count from images i, unnest(i.tags) as tag
       where i.owner = $1 and i.tags <> '{}' and ${NOT_EXPIRED}
       group by tag order by count(*) desc, tag limit $2`,
      [owner, limit],
    );
  }

  /**
   * Changes an image's title, caption, tags or expiry.
   *
   * @throws DarkroomError `not_found`
   */
  async update(owner: string, id: string, change: ImageChange): Promise<CatalogueImage> {
    return this.#database.transaction(async (sql) => {
      const current = oneOf(
        await sql.query<ImageRow>(
          `select ${IMAGE_COLUMNS} from images i where i.owner = $1 and i.id = $2 and ${NOT_EXPIRED} for update of i`,
          [owner, id],
        ),
      );
      const next = {
        filename: current.filename,
        title: change.title === undefined ? current.title : change.title,
        caption: change.caption === undefined ? current.caption : change.caption,
        tags: change.tags ?? current.tags,
      };
      const rows = await sql.query<ImageRow>(
        `with changed as (
           update images set title = $3, caption = $4, tags = $5, search = array_to_tsvector($6::text[]),
             expires_at = case when $7 then now() + $8::bigint * interval '1 second' else expires_at end
           where owner = $1 and id = $2 returning *)
         select ${IMAGE_COLUMNS} from changed i`,
        [
          owner,
          id,
          next.title,
          next.caption,
          next.tags,
          wordsOf(next),
          change.expiresIn !== undefined,
          change.expiresIn ?? null,
        ],
      );
      return oneOf(rows);
    });
  }

  /**
   * Starts a new processing run of a failed or quarantined image.
   *
   * @throws DarkroomError `not_found`; `conflict` when the image is in another state
   */
  async retry(owner: string, id: string): Promise<CatalogueImage> {
    const rows = await this.#database.query<ImageRow>(
      `with changed as (
         update images i set status = 'queued', run = run + 1, crashes = 0, error_code = null, error_message = null
         where i.owner = $1 and i.id = $2 and i.status in ('failed', 'quarantined') and ${NOT_EXPIRED} returning *)
       select ${IMAGE_COLUMNS} from changed i`,
      [owner, id],
    );
    const [row] = rows;
    if (row !== undefined) return toCatalogueImage(row);
    const current = await this.get(owner, id);
    throw doorError(
      'conflict',
      `The image is ${current.status}. Only a failed or quarantined image can be retried.`,
    );
  }

  /**
   * Deletes the row and its variants; the deletion stays on record until the bytes are removed.
   *
   * @throws DarkroomError `not_found`
   */
  async delete(owner: string, id: string): Promise<void> {
    const rows = await this.#database.query<{ id: string }>(
      `delete from images i where i.owner = $1 and i.id = $2 and ${NOT_EXPIRED} returning i.id`,
      [owner, id],
    );
    if (rows.length === 0) throw notFound();
  }
}

const GET: PreparedStatement = {
  name: 'images-get',
  text: `select ${IMAGE_COLUMNS} from images i where i.owner = $1 and i.id = $2 and ${NOT_EXPIRED}`,
};

const FIND: PreparedStatement = {
  name: 'images-find',
  text: `select ${IMAGE_COLUMNS} from images i where i.owner = $1 and i.id = any($2::uuid[]) and ${NOT_EXPIRED}`,
};

const INSERT: PreparedStatement = {
  name: 'images-insert',
  text: `with added as (
      insert into images (id, owner, filename, content_type, bytes, sha256, title, caption, tags, created_at, expires_at, search)
      select n.id, n.owner, n.filename, n."contentType", n.bytes, n.sha256, n.title, n.caption, n.tags, n."createdAt",
             now() + n."expiresIn" * interval '1 second', array_to_tsvector(n.words)
      from jsonb_to_recordset($1) as n(id uuid, owner text, filename text, "contentType" text, bytes bigint, sha256 text,
           title text, caption text, tags text[], "createdAt" timestamptz, "expiresIn" bigint, words text[])
      returning *)
    select ${IMAGE_COLUMNS} from added i order by i.id`,
};

function wordsOf(image: Pick<NewImage, 'title' | 'caption' | 'tags' | 'filename'>): string[] {
  return searchWords(image.title, image.caption, ...image.tags, image.filename);
}

function oneOf(rows: ImageRow[]): CatalogueImage {
  const [row] = rows;
  if (row === undefined) throw notFound();
  return toCatalogueImage(row);
}
