import { type DarkroomError, doorError } from '@darkroom/errors';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { validate } from './validate.js';

/** Bytes. The largest body, with a caption of 2,000 escaped characters, is far smaller. */
const JSON_LIMIT = 64 * 1024;

/** The only route that accepts a form. */
const UPLOADS = '/api/images';

/** Holds the error of a refused body until the caller is known: an unauthorized caller gets that error first. */
class RefusedBody {
  readonly error: DarkroomError;

  constructor(error: DarkroomError) {
    this.error = error;
  }
}

/**
 * Registers the two body types that the api accepts: JSON, which is read whole, and multipart, which the handler
 * streams. {@link readJson} throws the error of a body.
 */
export function registerBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_LIMIT },
    (_request, body, done) => {
      // Some clients send a content type even without a body, as with DELETE.
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
    },
  );
  instance.addContentTypeParser('*', (request, _payload, done) => {
    const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
    done(null, isForm && request.routeOptions.url === UPLOADS ? undefined : new RefusedBody(notJson()));
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
        errors: [{ pointer: '', message: 'expected a JSON document in UTF-8' }],
      }),
    );
  }
}

function notJson(): DarkroomError {
  return doorError('unsupported_media_type', 'This call accepts only Content-Type: application/json.');
}
