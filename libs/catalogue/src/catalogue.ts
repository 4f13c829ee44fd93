import type { ImageStatus } from '@darkroom/contracts';
import { ChangeFeed } from './change-feed.js';
import { Database, type DatabaseOptions, type Sql } from './database.js';
import { IdempotencyCatalogue } from './idempotency-catalogue.js';
import { ImageCatalogue } from './image-catalogue.js';
import { type Channel, Listener } from './listener.js';
import { migrate } from './migrations/migrate.js';
import { OperationsCatalogue } from './operations-catalogue.js';
import { ProcessingCatalogue } from './processing-catalogue.js';
import { ReconcilingCatalogue } from './reconciling-catalogue.js';
import { SessionCatalogue } from './session-catalogue.js';
import { WorkerCatalogue } from './worker-catalogue.js';

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

  constructor(options: DatabaseOptions) {
    this.#database = new Database(options);
    this.images = new ImageCatalogue(this.#database);
    this.processing = new ProcessingCatalogue(this.#database);
    this.reconciling = new ReconcilingCatalogue(this.#database);
    this.changes = new ChangeFeed(this.#database);
    this.sessions = new SessionCatalogue(this.#database);
    this.idempotency = new IdempotencyCatalogue(this.#database);
    this.operations = new OperationsCatalogue(this.#database);
    this.workers = new WorkerCatalogue(this.#database);
  }

  /** Migrates the schema; safe when several processes start at once. @returns the steps that ran now */
  async migrate(): Promise<number[]> {
    return this.#database.withUnlimitedClient(migrate);
  }

  /** Runs several writes in one transaction: commits all of them, or none. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#database.transaction(work);
  }

  /** @throws DarkroomError `unavailable` when the database does not answer */
  async check(): Promise<void> {
    await this.#database.query('select 1');
  }

  /** Number of images in each state, for metrics. */
  async statistics(): Promise<Partial<Record<ImageStatus, number>>> {
    const rows = await this.#database.query<{ status: ImageStatus; count: number }>(
      'select status, count(*) as count from images group by status',
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
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
