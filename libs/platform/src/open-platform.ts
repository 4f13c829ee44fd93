import { setTimeout as wait } from 'node:timers/promises';
import { Catalogue } from '@darkroom/catalogue';
import type { Settings, WorkerSettings } from '@darkroom/config';
import { isDarkroomError } from '@darkroom/errors';
import { type BrokerOptions, migrateBroker } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { createLogger, createMetrics, type Logger, type Metrics, NestLogger } from '@darkroom/telemetry';
import { checkBroker } from './check-broker.js';
import { openStorage } from './open-storage.js';

/** What both api and worker use. */
export interface Platform {
  logger: Logger;
  /** The logger for Nest's own lines. */
  nestLogger: NestLogger;
  metrics: Metrics;
  catalogue: Catalogue;
  storage: ObjectStorage;
  broker: BrokerOptions;
  close(): Promise<void>;
}

export interface PlatformOptions {
  /** The name of the process in logs and metrics. */
  name: 'api' | 'worker' | 'reconcile';
  version: string;
  settings: Settings | WorkerSettings;
  /** Logs to stderr, and warnings only, so that a command has stdout to itself. Default: false. */
  isCommand?: boolean;
}

/** Milliseconds to wait for each service, which may start after this process, before the start fails. */
const START_PATIENCE_MS = 60_000;
const RETRY_MS = 500;
const BACKFILL_RETRY_MS = 60_000;

/**
 * Opens everything that the settings name and migrates both schemas.
 *
 * @throws DarkroomError `unavailable` when a service does not answer within a minute; `evicting_broker` in production
 */
export async function openPlatform({
  name,
  version,
  settings,
  isCommand = false,
}: PlatformOptions): Promise<Platform> {
  const logger = isCommand
    ? createLogger({ name, level: 'warn', destination: process.stderr })
    : createLogger({ name, level: settings.log.level });
  const metrics = createMetrics({ app: name, version });
  const broker: BrokerOptions = { kind: settings.broker.kind, url: settings.broker.url.reveal(), logger };
  const catalogue = new Catalogue({
    url: settings.database.url.reveal(),
    poolSize: settings.database.poolSize,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke and is replaced'),
  });
  const steps = await patiently(logger, () => catalogue.migrate());
  if (steps.length > 0) logger.info({ steps }, 'the database schema is now up to date');
  await patiently(logger, () => migrateBroker(broker));
  const stopAsking = await checkBroker(broker, { isProduction: settings.isProduction, logger });
  const storage = await patiently(logger, () => openStorage(settings));
  metrics.watchImages(() => catalogue.statistics());
  const stopping = new AbortController();
  if (!isCommand) void backfill(catalogue, logger, stopping.signal);
  return {
    logger,
    nestLogger: frameworkLogger(logger),
    metrics,
    catalogue,
    storage,
    broker,
    close: async () => {
      stopAsking();
      stopping.abort();
      await storage.close();
      await catalogue.close();
    },
  };
}

/** Not awaited: with millions of pictures it takes an hour, and the platform works without it. */
async function backfill(catalogue: Catalogue, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const completed = await catalogue.backfill();
      if (completed !== null) {
        if (completed.length > 0)
          logger.info({ completed }, 'the search words and totals of all pictures are complete');
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
      logger.warn(
        { err: error },
        'could not complete the search words and totals of older pictures; trying again',
      );
    }
    // Another process does it. This one continues if that one ends.
    await wait(BACKFILL_RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function patiently<T>(logger: Logger, open: () => Promise<T>): Promise<T> {
  const until = Date.now() + START_PATIENCE_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isDarkroomError(error, 'unavailable') || Date.now() > until) throw error;
      logger.warn({ err: error }, 'a service does not answer yet; trying again');
      await wait(RETRY_MS);
    }
  }
}

/** Nest logs every route and module at its start: useful for debugging only. */
function frameworkLogger(logger: Logger): NestLogger {
  const quiet = logger.isLevelEnabled('warn') && !logger.isLevelEnabled('debug');
  return new NestLogger(quiet ? logger.child({}, { level: 'warn' }) : logger);
}
