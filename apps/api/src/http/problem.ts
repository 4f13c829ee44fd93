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

/** The problem that an error answers with. Only the text of a `DarkroomError` is shown: any other is a fault of ours. */
export function toProblem(error: DarkroomError, requestId: string): ProblemBody {
  const code = ProblemCode.catch('internal').parse(error.code);
  return Problem.parse({
    // RFC 9457 section 4.2.1: the status says what kind it is, `code` which; docs/errors.md explains each.
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    instance: requestId,
    code,
    ...(error.errors ? { errors: error.errors } : {}),
  });
}

/** Answers a request with the problem of an error: the one place where errors become responses. */
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
  // A body that Fastify refused first (it reads those of QUERY and PUT too) matters less than that nobody takes it.
  if (request.is404 && !allowedMethods(request.url).includes(request.method)) return noRoute(request);
  if (error instanceof DarkroomError) return error;
  return (
    (error instanceof HttpException ? httpError(error, request) : fastifyError(error)) ??
    doorError('internal', 'Something went wrong on our side; the log has the request id.', { cause: error })
  );
}

function noRoute(request: FastifyRequest): DarkroomError {
  const allowed = allowedMethods(request.url);
  // A route may find nothing behind an address that it knows.
  if (allowed.length === 0 || allowed.includes(request.method))
    return doorError('not_found', 'There is nothing at this address.');
  return doorError(
    'method_not_allowed',
    `${request.method} is not possible here; it takes ${allowed.join(', ')}.`,
    {
      headers: { allow: allowed.join(', ') },
    },
  );
}

/** Nest's own refusals, and those of Fastify's that it hands on: all it keeps of them is the status. */
function httpError(error: HttpException, request: FastifyRequest): DarkroomError | undefined {
  const status = error.getStatus();
  if (status === 404) return noRoute(request);
  if (status === 413) return bodyTooLarge();
  if (status === 415) return typeNotTaken();
  return status < 500 ? malformedRequest(error) : undefined;
}

function typeNotTaken(): DarkroomError {
  return doorError(
    'unsupported_media_type',
    'The Content-Type of the request is not one that this call takes.',
  );
}

function bodyTooLarge(): DarkroomError {
  return doorError('too_large', 'The body of the request is larger than this call takes.');
}

function malformedRequest(cause: unknown): DarkroomError {
  return doorError('invalid_request', 'The address or the headers of the request are malformed.', { cause });
}

/** Fastify's own refusals, by their code (https://fastify.dev/docs/latest/Reference/Errors/). */
function fastifyError(error: unknown): DarkroomError | undefined {
  if (!(error instanceof Error)) return undefined;
  // `If-Match` or `If-Unmodified-Since`, from @fastify/static.
  if ('statusCode' in error && error.statusCode === 412) return malformedRequest(error);
  if (!('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return typeNotTaken();
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
