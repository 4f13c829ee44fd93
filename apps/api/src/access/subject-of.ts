import { doorError } from '@darkroom/errors';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/**
 * The caller of a request, as identified by the guard.
 *
 * @throws DarkroomError `unauthorized` if the guard let the request through without a caller
 */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined)
    throw doorError('unauthorized', 'This call needs a token or a session.');
  return request.principal;
}

/** The owner by which every query of this request is filtered. */
export function subjectOf(request: FastifyRequest): string {
  return principalOf(request).subject;
}
