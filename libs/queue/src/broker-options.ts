import { Logger } from '@nestjs/common';

/** Which broker carries the jobs. */
export type Broker =
  | {
      kind: 'redis';
      /** `redis://` or, behind TLS, `rediss://`; user name and password stand in it. */
      url: string;
    }
  | {
      kind: 'postgres';
      /** `postgres://…`: the jobs live in a schema of their own in that database. */
      url: string;
      /** Connections of one pool, 5 by default; a worker holds one more, for `LISTEN`. */
      poolSize?: number;
    };

/** What the queue writes to its log; pino's loggers fit. */
export interface QueueLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export type BrokerOptions = Broker & {
  /**
   * Keeps several queues apart on one broker: the key prefix on Redis, the schema on PostgreSQL (letters, digits and
   * underscores there). `darkroom` and `darkroom_jobs` by default; whoever enqueues and whoever works must agree.
   */
  namespace?: string;
  /** Nest's own logger by default. */
  logger?: QueueLogger;
};

/** The log that is used when the options bring none. */
export function nestQueueLogger(logger = new Logger('Queue')): QueueLogger {
  return {
    info: (details, message) => logger.log({ ...details, message }),
    warn: (details, message) => logger.warn({ ...details, message }),
    error: (details, message) => logger.error({ ...details, message }),
  };
}
