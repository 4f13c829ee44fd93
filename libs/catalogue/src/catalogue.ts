import type { ImageStatus } from '@darkroom/contracts';
import { backfill } from './backfill/backfill.js';
import { type Backfill, Backfills } from './backfill/backfills.js';
import { ChangeFeed } from './change-feed.js';
import { Database, type DatabaseOptions, type Sql, sqlOn } from './database.js';
import { IdempotencyCatalogue } from './idempotency-catalogue.js';
import { ImageCatalogue } from './image-catalogue.js';
import { type Channel, Listener } from './listener.js';
import { migrate } from './migrations/migrate.js';
import { OperationsCatalogue } from './operations-catalogue.js';
import { ProcessingCatalogue } from './processing-catalogue.js';
import { ReconcilingCatalogue } from './reconciling-catalogue.js';
import { SessionCatalogue } from './session-catalogue.js';
import { WorkerCatalogue } from './worker-catalogue.js';

/** Rows up to which all images are counted: some 40 ms. */
const COUNTED_ROWS = 100_000;

/** Each half has its partial index: images_unfinished and images_by_failure. */
const COUNT_NOT_READY = `
  select status, count(*) as count from images where status in ('queued', 'processing') group by status
  union all select status, count(*) from images where failed_at is not null group by status`;

/** The catalogue: what exists, and in which state. Creating one does not connect yet. */
export class Catalogue {
  readonly images: ImageCatalogue;
  readonly processing: ProcessingCatalogue;
  readonly reconciling: ReconcilingCatalogue;
  readonly changes: ChangeFeed;
  readonly sessions: SessionCatalogue;
  readonly idempotency: IdempotencyCatalogue;
  readonly operations: OperationsCatalogue;
  readonly workers: WorkerCatalogue;
  readonly #database: Database;
  readonly #backfills: Backfills;

  constructor(options: DatabaseOptions) {
    this.#database = new Database(options);
    this.#backfills = new Backfills(this.#database);
    this.images = new ImageCatalogue(this.#database, this.#backfills);
    this.processing = new ProcessingCatalogue(this.#database);
    this.reconciling = new ReconcilingCatalogue(this.#database);
    this.changes = new ChangeFeed(this.#database);
    this.sessions = new SessionCatalogue(this.#database);
    this.idempotency = new IdempotencyCatalogue(this.#database);
    this.operations = new OperationsCatalogue(this.#database, this.#backfills);
    this.workers = new WorkerCatalogue(this.#database);
  }

  /** Migrates the schema; safe when several processes start at once. @returns the steps that ran now */
  async migrate(): Promise<number[]> {
    return this.#database.withUnlimitedClient(migrate);
  }

  /**
   * Brings rows that are older than the schema up to date, beside running writers: milliseconds for a new database, an hour
   * for ten million images. Call it after {@link migrate}. Everything works without it, but slower.
   *
   * @returns the parts completed now; null when another process does it
   * @throws DarkroomError `unavailable` when the catalogue is closed meanwhile; a later call continues
   */
  async backfill(): Promise<Backfill[] | null> {
    const completed = await this.#database.withUnlimitedClient((client) => backfill(sqlOn(client)));
    await this.#backfills.look();
    return completed;
  }

  /** Runs several writes in one transaction: commits all of them, or none. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#database.transaction(work);
  }

  /** @throws DarkroomError `unavailable` when the database does not answer */
  async check(): Promise<void> {
    await this.#database.query('select 1');
  }

  /**
   * Number of images in each state, for metrics. With 100,000 images or more, `ready` is PostgreSQL's estimate of all rows
   * less the others, because a count reads the whole table: four seconds for ten million images, at every scrape.
   */
  async statistics(): Promise<Partial<Record<ImageStatus, number>>> {
    const [table] = await this.#database.query<{ rows: number }>(
      `select reltuples::bigint as rows from pg_class where oid = 'images'::regclass`,
    );
    const isLarge = table !== undefined && table.rows >= COUNTED_ROWS;
    const rows = await this.#database.query<{ status: ImageStatus; count: number }>(
      isLarge ? COUNT_NOT_READY : 'select status, count(*) as count from images group by status',
    );
    const counts = new Map(rows.map(({ status, count }) => [status, count]));
    if (isLarge) {
      const others = rows.reduce((sum, { count }) => sum + count, 0);
      counts.set('ready', Math.max(0, table.rows - others));
    }
    return Object.fromEntries(counts);
  }

  /** Listens on a separate connection, which reconnects; close it before the catalogue. */
  listen(
    channels: readonly Channel[],
    onWake: (channel: Channel) => void,
    onError?: (error: unknown) => void,
  ): Listener {
    return new Listener({
      database: this.#database.options,
      channels,
      onWake,
      ...(onError ? { onError } : {}),
    });
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
