import { doorError } from '@darkroom/errors';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/**
 * The caller that the guard found.
 *
 * @throws DarkroomError `unauthorized` on a route that the guard let through without one
 */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw doorError('unauthorized', 'This call takes a known caller.');
  return request.principal;
}

/** The owner that every query of this request is filtered by. */
export function subjectOf(request: FastifyRequest): string {
  return principalOf(request).subject;
}
