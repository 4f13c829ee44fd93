import type { Catalogue } from '@darkroom/catalogue';
import { DownloadQuery, type Image, ImagePatch, ListQuery } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import { acceptsCoding } from '../http/accepts-coding.js';
import { isUnchanged } from '../http/if-none-match.js';
import { readJson } from '../http/json-body.js';
import { validate, validateId } from '../http/validate.js';
import { CATALOGUE } from '../tokens.js';
import { decodeCursor } from './cursor.js';
import { ImagePages } from './image-pages.js';
import { ImageLinks } from './image-links.js';
import { ImageRemoval } from './image-removal.js';
import { ProcessingQueue } from './processing-queue.js';

/** Serves the catalogue over HTTP. */
@Controller('api/images')
export class ImagesController {
  readonly #catalogue: Catalogue;
  readonly #pages: ImagePages;
  readonly #links: ImageLinks;
  readonly #removal: ImageRemoval;
  readonly #queue: ProcessingQueue;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(ImagePages) pages: ImagePages,
    @Inject(ImageLinks) links: ImageLinks,
    @Inject(ImageRemoval) removal: ImageRemoval,
    @Inject(ProcessingQueue) queue: ProcessingQueue,
  ) {
    this.#catalogue = catalogue;
    this.#pages = pages;
    this.#links = links;
    this.#removal = removal;
    this.#queue = queue;
  }

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: unknown,
  ): Promise<void> {
    const { limit, cursor, status, tag, q } = validate(ListQuery, query, 'query');
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const filter = { status, tags: tag, q };
    const page = await this.#pages.read({ owner: subjectOf(request), filter, after, limit });
    // Browsers revalidate each time, and get 304 if nothing has changed.
    reply.headers({ etag: page.etag, 'cache-control': 'private, no-cache', vary: 'Accept-Encoding' });
    if (isUnchanged(request.headers['if-none-match'], page.etag)) {
      await reply.status(304).send();
      return;
    }
    const compressed = acceptsCoding(request.headers['accept-encoding'], 'gzip')
      ? await page.gzip()
      : undefined;
    // Weak, because other bytes have the same tag, as with nginx.
    if (compressed) reply.headers({ etag: `W/${page.etag}`, 'content-encoding': 'gzip' });
    await reply.type('application/json; charset=utf-8').send(compressed ?? page.body);
  }

  @Get(':id')
  async get(@Req() request: FastifyRequest, @Param('id') id: string): Promise<Image> {
    return this.#links.toImage(await this.#catalogue.images.get(subjectOf(request), validateId(id)));
  }

  @Get(':id/download')
  async download(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<void> {
    const { variant: wanted } = validate(DownloadQuery, query, 'query');
    const image = await this.#catalogue.images.get(subjectOf(request), validateId(id));
    const variant = image.variants.find(({ name, format }) => `${name}.${format}` === wanted);
    if (wanted !== undefined && variant === undefined)
      throw doorError('not_found', `This picture has no variant ${wanted}.`);
    const link = await this.#links.toSave(image, variant);
    await reply.header('cache-control', 'private, no-store').redirect(link, 302);
  }

  @Patch(':id')
  async update(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Image> {
    const change = readJson(ImagePatch, body);
    return this.#links.toImage(
      await this.#catalogue.images.update(subjectOf(request), validateId(id), change),
    );
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    await this.#removal.remove(subjectOf(request), validateId(id));
  }

  @Post(':id/retry')
  @HttpCode(202)
  async retry(@Req() request: FastifyRequest, @Param('id') id: string): Promise<Image> {
    const image = await this.#catalogue.images.retry(subjectOf(request), validateId(id));
    await this.#queue.enqueue([image], request.id);
    return this.#links.toImage(image);
  }
}
