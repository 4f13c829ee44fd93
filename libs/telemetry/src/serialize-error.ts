// Chains longer than this are cycles in practice.
const CHAIN_MAX = 8;

/** An error in a log line: only these fields, because drivers attach whole responses to theirs. */
export interface LoggedError {
  type: string;
  message: string;
  code?: string | number;
  status?: number;
  stack?: string;
  cause?: LoggedError | string;
  /** The errors of an `AggregateError`. */
  errors?: (LoggedError | string)[];
}

function serialize(error: unknown, left: number): LoggedError | string {
  if (!(error instanceof Error)) return String(error);
  const logged: LoggedError = { type: error.constructor.name, message: error.message };
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number'))
    logged.code = error.code;
  if ('status' in error && typeof error.status === 'number') logged.status = error.status;
  if (error.stack !== undefined) logged.stack = error.stack;
  if (left === 0) return logged;
  if (error.cause !== undefined) logged.cause = serialize(error.cause, left - 1);
  if (error instanceof AggregateError)
    logged.errors = error.errors.map((inner) => serialize(inner, left - 1));
  return logged;
}

/** Converts an error for a log line, with the chain of its causes; any other value becomes text. */
export function serializeError(error: unknown): LoggedError | string {
  return serialize(error, CHAIN_MAX);
}
