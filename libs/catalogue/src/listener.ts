import pg from 'pg';
import type { DatabaseOptions } from './database.js';

export type Channel = 'darkroom_changes' | 'darkroom_sessions';

export interface ListenerOptions {
  database: DatabaseOptions;
  channels: readonly Channel[];
  /** Called at each notification, and once for every channel after each (re)connection, which may have missed some. */
  onWake: (channel: Channel) => void;
  onError?: (error: unknown) => void;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** A connection that a failover left half-open is silent; a regular probe detects it. */
const PROBE_MS = 20_000;

/** One connection that listens to notifications, and reconnects. */
export class Listener {
  readonly #options: ListenerOptions;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MIN_MS;
  #closed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.database.url,
      connectionTimeoutMillis: this.#options.database.connectTimeoutMs ?? 5_000,
      query_timeout: 10_000,
      keepAlive: true,
      application_name: 'darkroom-listener',
    });
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('the listening connection ended')));
    client.on('notification', ({ channel }) => this.#wake(client, channel as Channel));
    try {
      await client.connect();
      for (const channel of this.#options.channels) await client.query(`listen ${channel}`);
    } catch (error) {
      this.#lost(client, error);
      return;
    }
    // Closed or lost while the last answer was in flight: without this check the probe would never stop.
    if (this.#client !== client) return;
    this.#retryMs = RETRY_MIN_MS;
    this.#probe = setInterval(() => {
      client.query('select 1').catch((error: unknown) => this.#lost(client, error));
    }, PROBE_MS);
    this.#probe.unref();
    for (const channel of this.#options.channels) this.#wake(client, channel);
  }

  /** After `close`, even from inside a wake-up, the listener does not wake its owner again. */
  #wake(client: pg.Client, channel: Channel): void {
    if (this.#client === client) this.#options.onWake(channel);
  }

  #lost(client: pg.Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    clearInterval(this.#probe);
    client.end().catch(() => undefined);
    if (this.#closed) return;
    this.#options.onError?.(error);
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#probe);
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }
}
