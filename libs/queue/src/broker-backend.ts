import { QUEUE_PREFIX } from '@darkroom/contracts';
import { createRedisBackend, Queue, Worker, type BackendFactory, type Processor } from 'bullmq';
import type { ConnectionOptions, QueueOptions, RedisOptions, RedisQueueBackend, WorkerOptions } from 'bullmq';
import type { BrokerOptions } from './broker-options.js';
import { GuardedConnector } from './guarded-connector.js';
import { createRetryingPostgresBackend, postgresPoolConfig } from './postgres-backend.js';
import { settles } from './within.js';

/** Milliseconds allowed for closing a queue before its connection is cut. */
const CLOSE_LIMIT = 2_000;

/** The options of BullMQ's classes: `connection` carries our own options, which {@link createBackend} reads. */
export function bullOptions(options: BrokerOptions): QueueOptions {
  return { connection: options, prefix: keyPrefix(options) };
}

function keyPrefix({ namespace }: BrokerOptions): string {
  // The braces are a hash tag, as in QUEUE_PREFIX.
  return namespace === undefined ? QUEUE_PREFIX : `{${namespace}}`;
}

/**
 * Creates the backend for the options. `@nestjs/bullmq` accepts no backend, only classes: hence {@link BrokerQueue} and
 * {@link BrokerWorker}.
 */
const createBackend: BackendFactory = (name, opts, kind = {}) => {
  const broker = brokerOptions(opts.connection);
  const blocking = kind.withBlockingConnection === true;
  if (broker.kind === 'postgres') {
    return createRetryingPostgresBackend(name, opts, postgresPoolConfig(broker, blocking));
  }
  // Without BullMQ's version check a producer sends nothing at connect, so no lost reply can break it for good.
  return createRedisBackend(
    name,
    { ...opts, connection: redisOptions(broker, blocking), skipVersionCheck: !blocking },
    kind,
  );
};

/** Nest's types know the classes only for Redis. This library never uses what only that type offers (the raw client). */
const createBrokerBackend = createBackend as BackendFactory<RedisQueueBackend>;

function brokerOptions(connection: ConnectionOptions): BrokerOptions {
  if ('kind' in connection && (connection.kind === 'redis' || connection.kind === 'postgres')) {
    return connection as BrokerOptions;
  }
  throw new TypeError('connection must be BrokerOptions');
}

function redisOptions(options: BrokerOptions, blocking: boolean): RedisOptions {
  return {
    url: options.url,
    Connector: GuardedConnector,
    // The name that `CLIENT LIST` shows.
    connectionName: keyPrefix(options),
    // A worker waits for its broker forever (BullMQ requires it); a producer's command fails after some reconnects.
    maxRetriesPerRequest: blocking ? null : 4,
    // 100 ms, doubling to 5 s, with jitter, so that a fleet does not reconnect all at once.
    retryStrategy: (times) => Math.min(50 * 2 ** times, 5_000) * (0.5 + Math.random() / 2),
    // After a failover the old primary is read-only, and its name already resolves to the new one. 2: reconnect and resend.
    reconnectOnError: (error: Error) => (/^(READONLY|UNBLOCKED)\b/.test(error.message) ? 2 : false),
    connectTimeout: 5_000,
    // Above the 10 s for which BullMQ blocks: a half-open connection is dropped and opened again.
    socketTimeout: 20_000,
  };
}

export class BrokerQueue extends Queue {
  constructor(name: string, opts: QueueOptions) {
    super(name, opts, createBrokerBackend);
  }

  /** Never waits for a broker that is down: Nest awaits this at shutdown. */
  override async close(): Promise<void> {
    const closed = super.close();
    if (!(await settles(closed, CLOSE_LIMIT))) await settles(this.disconnect(), CLOSE_LIMIT);
  }
}

export class BrokerWorker extends Worker {
  private abandoned = false;

  constructor(name: string, processor: Processor, opts: WorkerOptions) {
    super(name, processor, opts, createBrokerBackend);
  }

  /** Cuts the connection under every pending call; `close` waits no longer. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    await settles(this.disconnect(), CLOSE_LIMIT);
  }

  override close(force?: boolean): Promise<void> {
    return this.abandoned ? Promise.resolve() : super.close(force);
  }
}
