import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { redactFields, redactText } from './redact.js';
import { serializeError } from './serialize-error.js';

export type { Logger } from 'pino';

const BINDING_PATHS = ['authorization', 'cookie', 'password', 'secret', 'token'].flatMap((key) => [
  key,
  `*.${key}`,
]);

export interface LoggerOptions {
  /** The process that logs, e.g. `api`. */
  name: string;
  /** The least severe level that is logged; `silent` logs nothing. */
  level: string;
  /** Where lines go. Default: stdout, written synchronously, so that a crash loses none. */
  destination?: DestinationStream;
}

/**
 * Creates the logger of a process: one line of JSON an entry, with the level's name and the time in UTC (ISO 8601).
 *
 * Log an error as `log.error({ err }, 'what failed')`. Fields named like secrets are redacted at any depth.
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: serializeError, error: serializeError, cause: serializeError },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: redactFields,
    },
    // pino passes the bindings of a child to no formatter, so they are redacted by path.
    redact: { paths: BINDING_PATHS, censor: '[redacted]' },
    hooks: { streamWrite: redactText },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
