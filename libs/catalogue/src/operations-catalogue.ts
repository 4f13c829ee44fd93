import { type ImageStatus, imageStatuses, type PictureCode, THROUGHPUT_MINUTES } from '@darkroom/contracts';
import type { Backfills } from './backfill/backfills.js';
import type { Database } from './database.js';
import { NOT_EXPIRED } from './catalogue-image.js';
import { foldChanges, statusTotals, type Stored, type StoredCount, storedTotals } from './owner-totals.js';

/** What waits for an owner, and what has left the queue lately. */
export interface OwnerBacklog {
  /** Pictures that are queued or being processed. */
  pictures: number;
  /** Bytes of their originals. */
  bytes: number;
  /** Since when nothing has happened to one of them: the longest time of all. */
  waitedSeconds: number;
  /** Pictures that came to rest (ready or failed) within the last `drained.seconds`, at most a minute. */
  drained: { pictures: number; bytes: number; seconds: number };
}

interface BacklogRow extends Record<string, unknown> {
  pictures: number;
  bytes: number;
  waited_seconds: number;
  drained_pictures: number;
  drained_bytes: number;
  drained_seconds: number;
}

/** Counts over the images of one owner: for the operations page, and to refuse uploads when too much waits. */
export class OperationsCatalogue {
  readonly #database: Database;
  readonly #backfills: Backfills;

  constructor(database: Database, backfills: Backfills) {
    this.#database = database;
    this.#backfills = backfills;
  }

  /** Folds a batch of changes into the totals of all owners. @returns whether more are left */
  async fold(): Promise<boolean> {
    return foldChanges(this.#database);
  }

  /** Counts the images in each state. */
  async statuses(owner: string): Promise<Record<ImageStatus, number>> {
    if (await this.#backfills.isDone('totals')) return statusTotals(this.#database, owner);
    const rows = await this.#database.query<{ status: ImageStatus; count: number }>(
      `select i.status, count(*) as count from images i where i.owner = $1 and ${NOT_EXPIRED} group by i.status`,
      [owner],
    );
    const counts = new Map(rows.map(({ status, count }) => [status, count]));
    return Object.fromEntries(imageStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
      ImageStatus,
      number
    >;
  }

  /**
   * Measures the backlog and how fast it drains. Reads the unfinished images and those of the last minute by index:
   * about 10 ms for 10,000 unfinished images, whatever the size of the catalogue.
   */
  async backlog(owner: string): Promise<OwnerBacklog> {
    const [row] = await this.#database.query<BacklogRow>(
      `with waiting as (
         select bytes, changed_at from images where owner = $1 and status in ('queued', 'processing')
       ), drained as (
         select bytes, ready_at as at from images where owner = $1 and ready_at > now() - interval '1 minute'
         union all
         select bytes, failed_at from images where owner = $1 and failed_at > now() - interval '1 minute'
       )
       select w.*, d.* from
         (select count(*) as pictures, coalesce(sum(bytes), 0)::bigint as bytes,
                 coalesce(extract(epoch from now() - min(changed_at)), 0)::float8 as waited_seconds from waiting) w,
         (select count(*) as drained_pictures, coalesce(sum(bytes), 0)::bigint as drained_bytes,
                 coalesce(extract(epoch from now() - min(at)), 0)::float8 as drained_seconds from drained) d`,
      [owner],
    );
    if (row === undefined) throw new Error('a query without a group returned no row');
    const { drained_pictures: pictures, drained_bytes: bytes, drained_seconds: seconds } = row;
    return {
      pictures: row.pictures,
      bytes: row.bytes,
      waitedSeconds: row.waited_seconds,
      drained: { pictures, bytes, seconds },
    };
  }

  /** Counts the images that became ready in each of the last 60 clock minutes, oldest first; the last minute is still running. */
  async readyPerMinute(owner: string): Promise<number[]> {
    const rows = await this.#database.query<{ ago: number; count: number }>(
      `select (extract(epoch from date_trunc('minute', now()) - date_trunc('minute', ready_at)) / 60)::int as ago, count(*) as count
       from images
       where owner = $1 and ready_at >= date_trunc('minute', now()) - $2 * interval '1 minute'
       group by ago`,
      [owner, THROUGHPUT_MINUTES - 1],
    );
    const counts = Array<number>(THROUGHPUT_MINUTES).fill(0);
    // A worker's commit and this query use the same clock, the database's: nothing is in the future.
    for (const { ago, count } of rows) counts[THROUGHPUT_MINUTES - 1 - ago] = count;
    return counts;
  }

  /** Counts the images that failed in the last 24 hours and were not retried, by code, the most frequent first. */
  async failures(owner: string): Promise<{ code: PictureCode; count: number }[]> {
    return this.#database.query<{ code: PictureCode; count: number }>(
      `select error_code as code, count(*) as count from images i
       where i.owner = $1 and i.failed_at > now() - interval '24 hours' and i.error_code is not null and ${NOT_EXPIRED}
       group by error_code order by count(*) desc, error_code`,
      [owner],
    );
  }

  /** Sums the bytes of originals and variants. */
  async storage(owner: string): Promise<Stored> {
    if (await this.#backfills.isDone('totals')) return storedTotals(this.#database, owner);
    const sum = async (table: 'images' | 'variants'): Promise<StoredCount> => {
      // sum(bigint) is numeric, which arrives as text.
      const [row] = await this.#database.query<{ count: number; bytes: number }>(
        `select count(*) as count, coalesce(sum(bytes), 0)::bigint as bytes from ${table} where owner = $1`,
        [owner],
      );
      return row ?? { count: 0, bytes: 0 };
    };
    const [originals, variants] = await Promise.all([sum('images'), sum('variants')]);
    return { originals, variants };
  }
}
