import type { Catalogue, CatalogueImage } from '@darkroom/catalogue';
import { ArchiveQuery, originalKey } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import { contentDisposition, type ObjectStorage } from '@darkroom/storage';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import type { ProblemLogger } from '../http/problem.js';
import { validate } from '../http/validate.js';
import { CATALOGUE, LOGGER, STORAGE } from '../tokens.js';
import { archiveNames } from './archive-names.js';
import { type ZipEntry, zipOriginals } from './zip-originals.js';

/** Several originals as one download. */
@Controller('api/archive')
export class ArchiveController {
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;
  readonly #logger: ProblemLogger;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(LOGGER) logger: ProblemLogger,
  ) {
    this.#catalogue = catalogue;
    this.#storage = storage;
    this.#logger = logger;
  }

  @Get()
  async download(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: unknown,
  ): Promise<void> {
    const { id } = validate(ArchiveQuery, query, 'query');
    const entries = await this.#entries(await this.#catalogue.images.getAll(subjectOf(request), id));
    reply.headers({
      'content-type': 'application/zip',
      'content-disposition': contentDisposition(
        'attachment',
        `darkroom-${new Date().toISOString().slice(0, 10)}.zip`,
      ),
      'cache-control': 'private, no-store',
    });
    if (request.method === 'HEAD') {
      await reply.send();
      return;
    }
    const { body, bytes } = zipOriginals(this.#storage, entries);
    body.once('error', (error) =>
      this.#logger.warn({ err: error, requestId: request.id }, 'an archive download failed'),
    );
    await reply.header('content-length', bytes).send(body);
  }

  /** @throws DarkroomError `not_found` that names the picture whose original is missing, before any byte is sent */
  async #entries(images: readonly CatalogueImage[]): Promise<ZipEntry[]> {
    const names = archiveNames(images);
    return Promise.all(
      images.map(async (image, index) => {
        const key = originalKey(image.id, image.contentType);
        const object = await this.#storage.head(key);
        if (object === null)
          throw doorError('not_found', `The original of ${image.filename} is missing in storage.`);
        return { key, name: names[index] ?? image.id, bytes: object.bytes, modifiedAt: image.createdAt };
      }),
    );
  }
}
