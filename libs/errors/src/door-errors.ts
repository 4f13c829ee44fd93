import { DarkroomError, type FieldFault } from './darkroom-error.js';

/** Problem codes of the HTTP interface with their status (RFC 9110). `docs/errors.md` lists cause and cure. */
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
 * Makes an error that answers with a problem code at the HTTP door.
 *
 * @param code - one of the problem codes; its status follows from it
 * @param message - one plain sentence that names the thing, what it got and what it takes
 */
export function doorError(code: DoorCode, message: string, extra: Extra = {}): DarkroomError {
  return new DarkroomError({ code, status: DOOR_STATUS[code], message, ...extra });
}

/**
 * A service that Darkroom stands on does not answer: the caller may try again.
 *
 * @param what - the service in a person's words, e.g. `the database`
 * @param retryAfter - seconds for `Retry-After`, 5 by default
 */
export function unavailable(what: string, cause?: unknown, retryAfter = 5): DarkroomError {
  return doorError(
    'unavailable',
    `${what} does not answer at the moment; try again in ${retryAfter} seconds.`,
    {
      cause,
      headers: { 'retry-after': String(retryAfter) },
    },
  );
}
