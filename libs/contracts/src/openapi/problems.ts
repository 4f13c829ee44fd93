import type { ProblemCode } from '../http/answers.js';
import type { HeaderName } from './headers.js';

export interface ProblemAnswer {
  readonly status: number;
  readonly description: string;
  readonly headers?: readonly HeaderName[];
}

/** How each problem code answers; `docs/errors.md` gives cause and cure. */
export const problems: Readonly<Record<ProblemCode, ProblemAnswer>> = {
  unauthorized: {
    status: 401,
    description: 'Neither the token nor a session came with the request.',
    headers: ['WWW-Authenticate'],
  },
  forbidden: {
    status: 403,
    description: 'The request comes from a page of another site, or its link does not hold.',
  },
  not_found: { status: 404, description: 'There is no such thing, or no longer.' },
  method_not_allowed: { status: 405, description: 'The path takes other methods.', headers: ['Allow'] },
  conflict: {
    status: 409,
    description: 'The state of things does not allow the call; with Retry-After it will.',
    headers: ['Retry-After'],
  },
  too_large: { status: 413, description: 'The request, or each of its files, is larger than the limit.' },
  unsupported_media_type: {
    status: 415,
    description: 'The body, or each of its files, is of a type that Darkroom does not take.',
  },
  invalid_request: {
    status: 422,
    description: 'The request breaks this document; `errors` names each place.',
  },
  rate_limited: { status: 429, description: 'Too many calls from this address.', headers: ['Retry-After'] },
  internal: { status: 500, description: 'A fault of Darkroom’s own; its log carries the `instance`.' },
  unavailable: {
    status: 503,
    description: 'A service that Darkroom stands on does not answer.',
    headers: ['Retry-After'],
  },
};
