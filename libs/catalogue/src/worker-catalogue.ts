import type { Database } from './database.js';

/** What a worker reports about itself. */
export interface WorkerBeat {
  /** A UUID of the process. */
  id: string;
  host: string;
  /** Jobs that it runs at a time. */
  concurrency: number;
  /** Jobs that it is running. */
  inHand: number;
}

export interface LiveWorker extends WorkerBeat {
  startedAt: Date;
  seenAt: Date;
}

/** Seconds between two heartbeats. */
export const BEAT_SECONDS = 5;
/** A worker that missed three heartbeats counts as dead. */
const ALIVE_SECONDS = 3 * BEAT_SECONDS;

/** Which workers are alive: each records a heartbeat here, whatever the broker. */
export class WorkerCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Records a heartbeat, and forgets workers that died long ago. */
  async beat({ id, host, concurrency, inHand }: WorkerBeat): Promise<void> {
    await this.#database.query(
      `with gone as (delete from workers where seen_at < now() - interval '1 hour' and id <> $1)
       insert into workers as w (id, host, concurrency, in_hand) values ($1, $2, $3, $4)
       on conflict (id) do update set in_hand = excluded.in_hand, seen_at = now()`,
      [id, host, concurrency, inHand],
    );
  }

  /** Removes a worker that shuts down in order. */
  async leave(id: string): Promise<void> {
    await this.#database.query('delete from workers where id = $1', [id]);
  }

  /** Returns the workers with a heartbeat in the last 15 seconds, the oldest first. */
  async alive(): Promise<LiveWorker[]> {
    return this.#database.query<LiveWorker & Record<string, unknown>>(
      `select id, host, concurrency, in_hand as "inHand", started_at as "startedAt", seen_at as "seenAt" from workers
       where seen_at > now() - $1 * interval '1 second' order by started_at, id`,
      [ALIVE_SECONDS],
    );
  }
}
