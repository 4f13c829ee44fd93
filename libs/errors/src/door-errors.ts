import { DarkroomError, type FieldFault } from './darkroom-error.js';

/** Problem codes of the HTTP API with their status (RFC 9110). `docs/errors.md` lists the cause and the cure of each. */
export const DOOR_STATUS = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid_request: 422,
  rate_limited: 429,
  too_much_waiting: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type DoorCode = keyof typeof DOOR_STATUS;

interface Extra {
  cause?: unknown;
  errors?: FieldFault[];
  headers?: Record<string, string>;
}

/**
 * Creates an error that the api answers with a problem code.
 *
 * @param code - one of the problem codes; it determines the status
 * @param message - one plain sentence that names the thing, what it got and what it accepts
 */
export function doorError(code: DoorCode, message: string, extra: Extra = {}): DarkroomError {
  return new DarkroomError({ code, status: DOOR_STATUS[code], message, ...extra });
}

/**
 * Creates the error for a service that does not respond. The caller may retry.
 *
 * @param what - the service as a person calls it, e.g. `The database`
 * @param retryAfter - seconds for `Retry-After`, 5 by default
 */
export function unavailable(what: string, cause?: unknown, retryAfter = 5): DarkroomError {
  const service = what.charAt(0).toUpperCase() + what.slice(1);
  return doorError('unavailable', `${service} is not responding. Try again in ${retryAfter} seconds.`, {
    cause,
    headers: { 'retry-after': String(retryAfter) },
  });
}
