import { STATUS_CODES } from 'node:http';
import { Problem, ProblemCode, type Problem as ProblemBody } from '@darkroom/contracts';
import { DarkroomError, doorError } from '@darkroom/errors';
import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods.js';

export interface ProblemLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The problem of an error. It shows only the text of a `DarkroomError`; any other error is internal. */
export function toProblem(error: DarkroomError, requestId: string): ProblemBody {
  const code = ProblemCode.catch('internal').parse(error.code);
  return Problem.parse({
    // RFC 9457 section 4.2.1: the status is the kind of problem. `code` is specific; docs/errors.md explains each.
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    instance: requestId,
    code,
    ...(error.errors ? { errors: error.errors } : {}),
  });
}

/** Answers a request with the problem of an error: the only place where errors become responses. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: ProblemLogger,
): void {
  const known = toDarkroomError(error, request);
  if (known.status >= 500) {
    const level = known.code === 'internal' ? 'error' : 'warn';
    logger[level]({ err: error, requestId: request.id }, known.message);
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  void reply
    .status(known.status)
    .headers({ 'cache-control': 'no-store', ...known.headers })
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(known, request.id)));
}

function toDarkroomError(error: unknown, request: FastifyRequest): DarkroomError {
  // An unsupported method comes before a body that Fastify refused (it also reads the bodies of QUERY and PUT).
  if (request.is404 && !allowedMethods(request.url).includes(request.method)) return noRoute(request);
  if (error instanceof DarkroomError) return error;
  return (
    (error instanceof HttpException ? httpError(error, request) : fastifyError(error)) ??
    doorError('internal', 'Something went wrong on the server. The log has the request id.', { cause: error })
  );
}

function noRoute(request: FastifyRequest): DarkroomError {
  const allowed = allowedMethods(request.url);
  // A route may find nothing behind an address that it knows.
  if (allowed.length === 0 || allowed.includes(request.method))
    return doorError('not_found', 'There is nothing at this address.');
  return doorError(
    'method_not_allowed',
    `This address does not accept ${request.method}. It accepts ${allowed.join(', ')}.`,
    {
      headers: { allow: allowed.join(', ') },
    },
  );
}

/** Errors of Nest, and those of Fastify that Nest passes on: only their status is left. */
function httpError(error: HttpException, request: FastifyRequest): DarkroomError | undefined {
  const status = error.getStatus();
  if (status === 404) return noRoute(request);
  if (status === 413) return bodyTooLarge();
  if (status === 415) return unsupportedType();
  return status < 500 ? malformedRequest(error) : undefined;
}

function unsupportedType(): DarkroomError {
  return doorError('unsupported_media_type', 'This call does not accept the Content-Type of the request.');
}

function bodyTooLarge(): DarkroomError {
  return doorError('too_large', 'The request body is larger than this call accepts.');
}

function malformedRequest(cause: unknown): DarkroomError {
  return doorError('invalid_request', 'The address or the headers of the request are malformed.', { cause });
}

/** Errors of Fastify, by their code (https://fastify.dev/docs/latest/Reference/Errors/). */
function fastifyError(error: unknown): DarkroomError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedType();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge();
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return malformedRequest(error);
    default:
      return undefined;
  }
}
