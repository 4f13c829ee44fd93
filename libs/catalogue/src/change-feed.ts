import {
  type CatalogueImage,
  IMAGE_COLUMNS,
  type ImageRow,
  NOT_EXPIRED,
  toCatalogueImage,
} from './catalogue-image.js';
import type { Database } from './database.js';

export interface Deletion {
  id: string;
  owner: string;
  /** Transaction of the deletion: its position in the feed. */
  deletedXid: string;
}

export interface Changes {
  images: CatalogueImage[];
  deletions: Deletion[];
  /** Where to go on: every change before it is in this answer or an earlier one. */
  next: string;
}

export interface FeedScope {
  owner?: string;
  imageId?: string;
}

/** More changes than this since a position, and the client is better off reloading. */
export const FEED_LIMIT = 1_000;

/** A client sends positions back, so it may send anything; 19 digits are below 2^64, where `xid8` ends. */
const POSITION = /^\d{1,19}$/;

/**
 * The catalogue's own sequence of changes, without a log of its own.
 *
 * A position is a transaction id that every change before it was committed under: PostgreSQL's `pg_snapshot_xmin`,
 * as a decimal text. Reading "all that changed at or after P" misses nothing, whatever the order in which
 * transactions commit; it may give a change near P again, which is harmless, because an event carries the whole
 * state (docs/decisions/0003).
 */
export class ChangeFeed {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The position of this moment. */
  async position(): Promise<string> {
    const rows = await this.#database.query<{ position: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as position',
    );
    return rows[0]?.position ?? '0';
  }

  /**
   * What changed at or after a position.
   *
   * @returns null when the position is none, is too old, lies in the future (another database), or too much has
   *   changed since
   */
  async since(position: string, scope: FeedScope = {}): Promise<Changes | null> {
    if (!POSITION.test(position)) return null;
    // The next position is read before the rows: a change that commits in between is read now and once more later.
    const [bounds] = await this.#database.query<{ next: string; known: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as next,
              $1::xid8 between position and pg_snapshot_xmax(pg_current_snapshot()) as known
       from change_floor`,
      [position],
    );
    if (bounds === undefined || !bounds.known) return null;
    const values = [position, scope.owner ?? null, scope.imageId ?? null, FEED_LIMIT + 1];
    const images = await this.#database.query<ImageRow>(
      `select ${IMAGE_COLUMNS} from images i
       where i.changed_xid >= $1::xid8 and ($2::text is null or i.owner = $2) and ($3::uuid is null or i.id = $3) and ${NOT_EXPIRED}
       order by i.changed_xid, i.id limit $4`,
      values,
    );
    const deletions = await this.#database.query<{ id: string; owner: string; deletedXid: string }>(
      `select image_id as id, owner, deleted_xid::text as "deletedXid" from deletions
       where deleted_xid >= $1::xid8 and ($2::text is null or owner = $2) and ($3::uuid is null or image_id = $3)
       order by deleted_xid, image_id limit $4`,
      values,
    );
    if (images.length > FEED_LIMIT || deletions.length > FEED_LIMIT) return null;
    return { images: images.map(toCatalogueImage), deletions, next: bounds.next };
  }

  /** Images of an owner that are not at rest, oldest first; or the one asked for, whatever its state. */
  async snapshot(owner: string, imageId?: string): Promise<CatalogueImage[]> {
    const rows = await this.#database.query<ImageRow>(
      `select ${IMAGE_COLUMNS} from images i
       where i.owner = $1 and ${NOT_EXPIRED}
         and case when $2::uuid is null then i.status in ('queued', 'processing') else i.id = $2 end
       order by i.id limit $3`,
      [owner, imageId ?? null, FEED_LIMIT],
    );
    return rows.map(toCatalogueImage);
  }

  /**
   * Forgets deletions whose bytes are gone and that are older than this, and moves the floor past them. One that
   * is younger than the oldest running transaction stays: positions from before it are still given out.
   *
   * @param keepSeconds - how long a stream may be away and still resume
   */
  async trim(keepSeconds: number): Promise<void> {
    await this.#database.query(
      `with gone as (
         delete from deletions
         where bytes_removed_at is not null and deleted_at < now() - $1 * interval '1 second'
           and deleted_xid < pg_snapshot_xmin(pg_current_snapshot())
         returning deleted_xid),
       past as (select (max(deleted_xid)::text::numeric + 1)::text::xid8 as position from gone)
       update change_floor f set position = greatest(f.position, past.position) from past
       where past.position is not null`,
      [keepSeconds],
    );
  }
}
