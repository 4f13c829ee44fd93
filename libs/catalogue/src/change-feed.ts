import {
  type CatalogueImage,
  IMAGE_COLUMNS,
  type ImageRow,
  NOT_EXPIRED,
  toCatalogueImage,
} from './catalogue-image.js';
import type { Database, PreparedStatement } from './database.js';

export interface Deletion {
  id: string;
  owner: string;
  /** Transaction of the deletion: its position in the feed. */
  deletedXid: string;
}

/** A point in the feed. */
export interface Moment {
  /** The position to continue from: every change before it has been delivered. */
  next: string;
  /** PostgreSQL's snapshot: exactly which changes have been delivered, including those after `next`. */
  told: string;
}

export interface Changes {
  images: CatalogueImage[];
  deletions: Deletion[];
  /** The position of a {@link Moment}. */
  next: string;
}

export interface FeedScope {
  owner?: string;
  imageId?: string;
  /** The snapshot of the same moment as `position`: changes delivered by then are left out. */
  told?: string;
}

/** With more changes than this since a position, the client should reload. */
export const FEED_LIMIT = 1_000;

interface Bounds extends Moment {
  /** Whether the feed can be read from the position. */
  known: boolean;
  /** In the first row only. */
  deletions: Deletion[] | null;
}

/** A changed image, and the columns of every row; one row without an image when none has changed. */
type ChangeRow = Bounds & (ImageRow | { id: null });

/**
 * One statement, because it follows every commit: the next position and the rows then come from the same snapshot. A
 * change that is not yet visible in it has a transaction id of at least its xmin.
 */
const SINCE: PreparedStatement = {
  name: 'changes-since',
  text: `select b.next, b.told, b.known,
      case when row_number() over (order by i.changed_xid, i.id) = 1 then b.deletions end as deletions, i.*
    from (
      select pg_snapshot_xmin(pg_current_snapshot())::text as next, pg_current_snapshot()::text as told,
             $1::xid8 between position and pg_snapshot_xmax(pg_current_snapshot()) as known,
             coalesce((
               select jsonb_agg(jsonb_build_object('id', d.image_id, 'owner', d.owner, 'deletedXid', d.deleted_xid::text)
                                order by d.deleted_xid, d.image_id)
               from (
                 select image_id, owner, deleted_xid from deletions
                 where deleted_xid >= $1::xid8 and ($2::text is null or owner = $2) and ($3::uuid is null or image_id = $3)
                   and ($5::pg_snapshot is null or not pg_visible_in_snapshot(deleted_xid, $5))
                 order by deleted_xid, image_id limit $4) d
             ), '[]') as deletions
      from change_floor) b
    left join lateral (
      select ${IMAGE_COLUMNS} from images i
      where i.changed_xid >= $1::xid8 and ($2::text is null or i.owner = $2) and ($3::uuid is null or i.id = $3) and ${NOT_EXPIRED}
        and ($5::pg_snapshot is null or not pg_visible_in_snapshot(i.changed_xid, $5))
      order by i.changed_xid, i.id limit $4) i on b.known
    order by i.changed_xid, i.id`,
};

/** A client sends positions back, so it can send anything; 19 digits are below 2^64, where `xid8` ends. */
const POSITION = /^\d{1,19}$/;

/**
 * The catalogue's sequence of changes, without a separate log.
 *
 * A position is a transaction id that every change before it was committed under: PostgreSQL's `pg_snapshot_xmin`,
 * as a decimal text. Reading "all that changed at or after P" misses nothing, whatever the order in which
 * transactions commit; it may return a change near P again, which is harmless, because an event carries the whole
 * state (docs/decisions/0003). A reader that follows the feed also passes the snapshot of the previous answer, and gets
 * each change once, however long a transaction elsewhere holds the position back.
 */
export class ChangeFeed {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The current position. */
  async position(): Promise<string> {
    return (await this.moment()).next;
  }

  /** The current moment, for a reader that follows from here. */
  async moment(): Promise<Moment> {
    const [row] = await this.#database.query<Moment & Record<string, unknown>>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as next, pg_current_snapshot()::text as told',
    );
    if (row === undefined) throw new Error('a select without a table returned no row');
    return row;
  }

  /**
   * Returns what changed at or after a position.
   *
   * @returns null when the position is invalid, too old or in the future (another database), or when too much has
   *   changed since
   */
  async since(position: string, scope: FeedScope = {}): Promise<(Changes & Moment) | null> {
    if (!POSITION.test(position)) return null;
    const rows = await this.#database.query<ChangeRow>(SINCE, [
      position,
      scope.owner ?? null,
      scope.imageId ?? null,
      FEED_LIMIT + 1,
      scope.told ?? null,
    ]);
    const [bounds] = rows;
    if (bounds === undefined || !bounds.known) return null;
    const { next, told } = bounds;
    const deletions = bounds.deletions ?? [];
    if (rows.length > FEED_LIMIT || deletions.length > FEED_LIMIT) return null;
    return { images: rows.filter(hasImage).map(toCatalogueImage), deletions, next, told };
  }

  /** Images of an owner that are still being processed, oldest first; or the requested one in any state. */
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
   * Forgets deletions that are older than this and whose bytes have been removed, and moves the floor past them. A
   * deletion that is younger than the oldest running transaction stays: positions before it are still handed out.
   *
   * @param keepSeconds - how long a stream can be disconnected and still resume
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

function hasImage(row: ChangeRow): row is Bounds & ImageRow {
  return row.id !== null;
}
