import { doorError } from '@darkroom/errors';
import type { FastifyInstance } from 'fastify';

/** Bytes: the largest body, a caption of 2,000 escaped characters, stays far below. */
const JSON_LIMIT = 64 * 1024;

/** The one route that takes a form. */
const UPLOADS = '/api/images';

/**
 * Registers the two body types that the api takes: JSON, read whole, and multipart, left to whoever streams it.
 * Any other is refused by Fastify with 415.
 */
export function registerBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_LIMIT },
    (_request, body, done) => {
      try {
        // Some clients name a content type even when they send nothing, as with DELETE.
        done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
      } catch (error) {
        done(error instanceof Error ? error : new Error('unreadable JSON', { cause: error }));
      }
    },
  );
  instance.addContentTypeParser('multipart/form-data', (request, _payload, done) => {
    if (request.routeOptions.url === UPLOADS) done(null);
    else done(doorError('unsupported_media_type', 'This call takes no form; it takes application/json.'));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw doorError('invalid_request', 'The body is not valid JSON in UTF-8.', {
      cause: error,
      errors: [{ pointer: '', message: 'takes a JSON document in UTF-8' }],
    });
  }
}
