import type { Database } from './database.js';

/** What a worker says of itself. */
export interface WorkerBeat {
  /** A UUID of the process. */
  id: string;
  host: string;
  /** Jobs that it takes at a time. */
  concurrency: number;
  /** Jobs it works on. */
  inHand: number;
}

export interface LiveWorker extends WorkerBeat {
  startedAt: Date;
  seenAt: Date;
}

/** Seconds between two signs of life. */
export const BEAT_SECONDS = 5;
/** A worker that missed three beats counts as gone. */
const ALIVE_SECONDS = 3 * BEAT_SECONDS;

/** Which workers are alive: each leaves a sign of life here, whatever the broker is. */
export class WorkerCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Leaves a sign of life, and forgets workers that have long been gone. */
  async beat({ id, host, concurrency, inHand }: WorkerBeat): Promise<void> {
    await this.#database.query(
      `with gone as (delete from workers where seen_at < now() - interval '1 hour' and id <> $1)
       insert into workers as w (id, host, concurrency, in_hand) values ($1, $2, $3, $4)
       on conflict (id) do update set in_hand = excluded.in_hand, seen_at = now()`,
      [id, host, concurrency, inHand],
    );
  }

  /** A worker that ends in order. */
  async leave(id: string): Promise<void> {
    await this.#database.query('delete from workers where id = $1', [id]);
  }

  /** Those that gave a sign of life in the last 15 seconds, the oldest first. */
  async alive(): Promise<LiveWorker[]> {
    return this.#database.query<LiveWorker & Record<string, unknown>>(
      `select id, host, concurrency, in_hand as "inHand", started_at as "startedAt", seen_at as "seenAt" from workers
       where seen_at > now() - $1 * interval '1 second' order by started_at, id`,
      [ALIVE_SECONDS],
    );
  }
}
