import type { ProblemCode } from '../http/answers.js';
import type { HeaderName } from './headers.js';

export interface ProblemAnswer {
  readonly status: number;
  readonly description: string;
  readonly headers?: readonly HeaderName[];
}

/** The answer of each problem code; `docs/errors.md` lists cause and cure. */
export const problems: Readonly<Record<ProblemCode, ProblemAnswer>> = {
  unauthorized: {
    status: 401,
    description: 'The request has no valid token and no valid session.',
    headers: ['WWW-Authenticate'],
  },
  forbidden: {
    status: 403,
    description: 'The request comes from a page of another site, or its link is invalid or expired.',
  },
  not_found: { status: 404, description: 'It does not exist or has been deleted.' },
  method_not_allowed: {
    status: 405,
    description: 'The path does not accept this method.',
    headers: ['Allow'],
  },
  conflict: {
    status: 409,
    description: 'The current state does not allow the call. With Retry-After, try again later.',
    headers: ['Retry-After'],
  },
  too_large: { status: 413, description: 'The request, or every file in it, is larger than the limit.' },
  unsupported_media_type: {
    status: 415,
    description:
      'The type of the body, or of every file in it, is not supported, or the body is compressed (Content-Encoding).',
    headers: ['Accept-Encoding'],
  },
  invalid_request: {
    status: 422,
    description: 'The request does not match this document; `errors` lists each violation.',
  },
  rate_limited: {
    status: 429,
    description: 'Too many calls from this caller or this address.',
    headers: ['Retry-After'],
  },
  too_much_waiting: {
    status: 429,
    description:
      'Too many pictures are waiting to be processed. Retry-After is the time until there is room again, by the current speed of the workers.',
    headers: ['Retry-After'],
  },
  internal: { status: 500, description: 'An error in Darkroom. Search its log for the `instance`.' },
  unavailable: {
    status: 503,
    description: 'A service that Darkroom depends on does not answer.',
    headers: ['Retry-After'],
  },
};
