import { setTimeout as delay } from 'node:timers/promises';
import {
  assertSchemaCompatibility,
  PostgresConnection,
  PostgresQueueBackend,
  type PostgresPoolConfig,
  type QueueBaseOptions,
} from 'bullmq';
import type { BrokerOptions } from './broker-options.js';

/** BullMQ's tables stay apart from the catalogue's, in the same database. */
const DEFAULT_SCHEMA = 'darkroom_jobs';
const DEFAULT_POOL_SIZE = 5;
/** Milliseconds between two tries of a worker to get a job from a database in trouble. */
const FETCH_PAUSE = 1_000;

export type PostgresBrokerOptions = Extract<BrokerOptions, { kind: 'postgres' }>;

/** What BullMQ hands to node-postgres; times in milliseconds. */
export function postgresPoolConfig(options: PostgresBrokerOptions, blocking: boolean): PostgresPoolConfig {
  return {
    connectionString: options.url,
    schema: options.namespace ?? DEFAULT_SCHEMA,
    max: options.poolSize ?? DEFAULT_POOL_SIZE,
    application_name: 'darkroom-queue',
    keepAlive: true,
    // Somebody waits for the producer; a worker has time. Either way a server that is gone holds nobody for ever.
    connectionTimeoutMillis: blocking ? 10_000 : 2_500,
    query_timeout: blocking ? 30_000 : 3_000,
  };
}

/** BullMQ remembers its first try to connect for ever, a failed one too; this one tries again. */
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
  /** The parent remembers this one for ever too. It also names the connection, for `getWorkers()`, unused here. */
  override waitUntilReady(): Promise<void> {
    return this.connection.waitUntilReady();
  }

  /** BullMQ pauses after refused connections alone; after other faults a busy worker would ask without a breath. */
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

/** BullMQ's PostgreSQL backend, made to survive a database that is away when the process starts. */
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
