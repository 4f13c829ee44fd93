import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { redactFields, redactText } from './redact.js';
import { serializeError } from './serialize-error.js';

export type { Logger } from 'pino';

const BINDING_PATHS = ['authorization', 'cookie', 'password', 'secret', 'token'].flatMap((key) => [
  key,
  `*.${key}`,
]);

export interface LoggerOptions {
  /** Which process speaks, e.g. `api`. */
  name: string;
  /** Least severe level that is written; `silent` writes nothing. */
  level: string;
  /** Where lines go; standard output by default, written synchronously, so that a crash loses none. */
  destination?: DestinationStream;
}

/**
 * Makes the logger of a process: one line of JSON each, with the level's name and the time in UTC (ISO 8601).
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
    // pino hands the bindings of a child to no formatter, so that these go by path.
    redact: { paths: BINDING_PATHS, censor: '[redacted]' },
    hooks: { streamWrite: redactText },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
