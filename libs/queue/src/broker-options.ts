import { Logger } from '@nestjs/common';

/** The broker that carries the jobs. */
export type Broker =
  | {
      kind: 'redis';
      /** `redis://` or, with TLS, `rediss://`, with user name and password. */
      url: string;
    }
  | {
      kind: 'postgres';
      /** `postgres://…`: the jobs live in a separate schema of that database. */
      url: string;
      /** Connections of one pool. Default: 5. A worker holds one more, for `LISTEN`. */
      poolSize?: number;
    };

/** The log that the queue writes to; a pino logger fits. */
export interface QueueLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export type BrokerOptions = Broker & {
  /**
   * Separates several queues on one broker: the key prefix on Redis, the schema on PostgreSQL (there letters, digits and
   * underscores). Default: `darkroom` and `darkroom_jobs`. Producers and workers must use the same.
   */
  namespace?: string;
  /** Default: Nest's own logger. */
  logger?: QueueLogger;
};

/** The log that is used when the options have none. */
export function nestQueueLogger(logger = new Logger('Queue')): QueueLogger {
  return {
    info: (details, message) => logger.log({ ...details, message }),
    warn: (details, message) => logger.warn({ ...details, message }),
    error: (details, message) => logger.error({ ...details, message }),
  };
}
