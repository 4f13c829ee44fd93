import type { Logger } from './create-logger.js';

const STACK = /^.*\n\s+at /;

/** The message of a line; an object goes into the fields instead. */
function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'object' && message !== null ? '' : String(message);
}

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * Passes Nest's own lines to the logger of the process. It has the shape of Nest's `LoggerService` without importing
 * Nest: pass it as `logger` when you create the application.
 */
export class NestLogger {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...params: unknown[]): void {
    this.#write('info', message, params);
  }

  error(message: unknown, ...params: unknown[]): void {
    this.#write('error', message, params);
  }

  warn(message: unknown, ...params: unknown[]): void {
    this.#write('warn', message, params);
  }

  debug(message: unknown, ...params: unknown[]): void {
    this.#write('debug', message, params);
  }

  verbose(message: unknown, ...params: unknown[]): void {
    this.#write('trace', message, params);
  }

  fatal(message: unknown, ...params: unknown[]): void {
    this.#write('fatal', message, params);
  }

  /** Nest passes a message, any further values, perhaps a stack, and last the context: the name of the class that logs. */
  #write(level: Level, message: unknown, params: unknown[]): void {
    const rest = params.filter((param) => param !== undefined);
    const last = rest.at(-1);
    const context = typeof last === 'string' && !STACK.test(last) ? last : undefined;
    const stack = rest.find((param) => typeof param === 'string' && STACK.test(param));
    const details = rest.filter((param) => param !== stack && param !== context);
    const err = [message, ...details].find((value) => value instanceof Error);
    const others = details.filter((detail) => detail !== err);
    const isData = typeof message === 'object' && message !== null && !(message instanceof Error);
    const fields = {
      ...(context !== undefined && { context }),
      ...(err !== undefined && { err }),
      ...(stack !== undefined && { stack }),
      ...(others.length > 0 && { details: others }),
      ...(isData && { data: message }),
    };
    this.#logger[level](fields, textOf(message));
  }
}
