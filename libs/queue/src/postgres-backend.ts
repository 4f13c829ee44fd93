import { setTimeout as delay } from 'node:timers/promises';
import {
  assertSchemaCompatibility,
  PostgresConnection,
  PostgresQueueBackend,
  type PostgresPoolConfig,
  type QueueBaseOptions,
} from 'bullmq';
import type { BrokerOptions } from './broker-options.js';

/** BullMQ's tables are in a separate schema of the catalogue's database. */
const DEFAULT_SCHEMA = 'darkroom_jobs';
const DEFAULT_POOL_SIZE = 5;
/** Milliseconds between two tries of a worker to get a job from a database that fails. */
const FETCH_PAUSE = 1_000;

export type PostgresBrokerOptions = Extract<BrokerOptions, { kind: 'postgres' }>;

/** The options that BullMQ passes to node-postgres; times in milliseconds. */
export function postgresPoolConfig(options: PostgresBrokerOptions, blocking: boolean): PostgresPoolConfig {
  return {
    connectionString: options.url,
    schema: options.namespace ?? DEFAULT_SCHEMA,
    max: options.poolSize ?? DEFAULT_POOL_SIZE,
    application_name: 'darkroom-queue',
    keepAlive: true,
    // A caller waits for the producer; a worker has time. Either way a dead server blocks neither forever.
    connectionTimeoutMillis: blocking ? 10_000 : 2_500,
    query_timeout: blocking ? 30_000 : 3_000,
  };
}

/** BullMQ remembers its first try to connect forever, even a failed one; this class tries again. */
class RetryingPostgresConnection extends PostgresConnection {
  private checked: Promise<void> | undefined;

  override waitUntilReady(): Promise<void> {
    this.checked ??= this.checkSchema().catch((error: unknown) => {
      this.checked = undefined;
      throw error;
    });
    return this.checked;
  }

  private async checkSchema(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await assertSchemaCompatibility(client, this.schema);
    } finally {
      client.release();
    }
  }
}

class RetryingPostgresBackend extends PostgresQueueBackend {
  /** The parent class remembers this one forever too. It also names the connection, for `getWorkers()`, unused here. */
  override waitUntilReady(): Promise<void> {
    return this.connection.waitUntilReady();
  }

  /** BullMQ pauses only after refused connections; after other errors a busy worker would retry in a tight loop. */
  override async moveToActive(
    ...args: Parameters<PostgresQueueBackend['moveToActive']>
  ): ReturnType<PostgresQueueBackend['moveToActive']> {
    try {
      return await super.moveToActive(...args);
    } catch (error) {
      await delay(FETCH_PAUSE);
      throw error;
    }
  }
}

/** BullMQ's PostgreSQL backend, made to survive a database that is down when the process starts. */
export function createRetryingPostgresBackend(
  name: string,
  opts: QueueBaseOptions,
  poolConfig: PostgresPoolConfig,
): PostgresQueueBackend {
  return new RetryingPostgresBackend(new RetryingPostgresConnection(poolConfig), name, {
    ...opts,
    connection: poolConfig,
  });
}
