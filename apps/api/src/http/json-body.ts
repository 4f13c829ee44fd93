import { type DarkroomError, doorError } from '@darkroom/errors';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { validate } from './validate.js';

/** Bytes: the largest body, a caption of 2,000 escaped characters, stays far below. */
const JSON_LIMIT = 64 * 1024;

/** The one route that takes a form. */
const UPLOADS = '/api/images';

/** Stands for a body that cannot be taken, until the caller is known: who may not call is told that first. */
class RefusedBody {
  readonly error: DarkroomError;

  constructor(error: DarkroomError) {
    this.error = error;
  }
}

/**
 * Registers the two body types that the api takes: JSON, read whole, and multipart, left to whoever streams it. What
 * is wrong with a body comes out when a handler asks for it with {@link readJson}.
 */
export function registerBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_LIMIT },
    (_request, body, done) => {
      // Some clients name a content type even when they send nothing, as with DELETE.
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
    },
  );
  instance.addContentTypeParser('*', (request, _payload, done) => {
    const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
    done(null, isForm && request.routeOptions.url === UPLOADS ? undefined : new RefusedBody(noJson()));
  });
}

/**
 * The JSON body of a request, parsed by its schema.
 *
 * @throws DarkroomError `invalid_request`; `unsupported_media_type` when the body is of another type
 */
export function readJson<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  if (body instanceof RefusedBody) throw body.error;
  return validate(schema, body, 'json');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    return new RefusedBody(
      doorError('invalid_request', 'The body is not valid JSON in UTF-8.', {
        cause: error,
        errors: [{ pointer: '', message: 'takes a JSON document in UTF-8' }],
      }),
    );
  }
}

function noJson(): DarkroomError {
  return doorError(
    'unsupported_media_type',
    'The Content-Type of the request is not application/json, which this call takes.',
  );
}
