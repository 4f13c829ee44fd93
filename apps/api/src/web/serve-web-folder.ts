import { existsSync } from 'node:fs';
import path from 'node:path';
import { INVALID_SETTINGS } from '@darkroom/config';
import { DarkroomError } from '@darkroom/errors';
import { mime } from '@fastify/send';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export const INDEX = 'index.html';

/** Vite puts a hash of the content into these names: other content has another name. */
const HASHED = /^assets[\\/]/;
const IMMUTABLE = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';
const AN_HOUR = 'public, max-age=3600';

// RFC 9239 made the package's own `application/javascript` obsolete.
mime.define({ 'text/javascript': ['js', 'mjs'] }, true);

/**
 * Lets replies send the files of the built gallery, each as its `.br` or `.gz` where the client accepts that.
 *
 * @throws DarkroomError `invalid_settings` when the folder holds no page
 */
export async function serveWebFolder(app: NestFastifyApplication, folder: string): Promise<void> {
  if (!existsSync(path.join(folder, INDEX))) {
    throw new DarkroomError({
      code: INVALID_SETTINGS,
      status: 500,
      message: `DARKROOM_WEB: expected the folder of the built gallery, got ${JSON.stringify(folder)}, which has no ${INDEX}. Build the gallery with npm run build -w apps/web.`,
    });
  }
  await app.register(fastifyStatic, {
    root: folder,
    // The controller has the routes, so that the access guard sees their requests.
    serve: false,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    acceptRanges: false,
    cacheControl: false,
    setHeaders: (reply, file) => {
      reply.headers({
        vary: 'Accept-Encoding',
        'cache-control': cacheControlOf(path.relative(folder, file)),
      });
    },
  });
}

function cacheControlOf(name: string): string {
  if (HASHED.test(name)) return IMMUTABLE;
  return name.startsWith(INDEX) ? REVALIDATE : AN_HOUR;
}
