import type { Catalogue } from '@darkroom/catalogue';
import { type Image, ImagePatch, type ImagePage, ListQuery } from '@darkroom/contracts';
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
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import { readJson } from '../http/json-body.js';
import { validate, validateId } from '../http/validate.js';
import { CATALOGUE } from '../tokens.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { ImageLinks } from './image-links.js';
import { ImageRemoval } from './image-removal.js';
import { ProcessingQueue } from './processing-queue.js';

/** The catalogue over HTTP. */
@Controller('api/images')
export class ImagesController {
  readonly #catalogue: Catalogue;
  readonly #links: ImageLinks;
  readonly #removal: ImageRemoval;
  readonly #queue: ProcessingQueue;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(ImageLinks) links: ImageLinks,
    @Inject(ImageRemoval) removal: ImageRemoval,
    @Inject(ProcessingQueue) queue: ProcessingQueue,
  ) {
    this.#catalogue = catalogue;
    this.#links = links;
    this.#removal = removal;
    this.#queue = queue;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<ImagePage> {
    const { limit, cursor, status, tag, q } = validate(ListQuery, query, 'query');
    const from = cursor === undefined ? null : decodeCursor(cursor);
    const page = await this.#catalogue.images.page(subjectOf(request), { status, tags: tag, q }, from, limit);
    return {
      items: await this.#links.toImages(page.images),
      nextCursor: page.after === null ? null : encodeCursor(page.after),
    };
  }

  @Get(':id')
  async get(@Req() request: FastifyRequest, @Param('id') id: string): Promise<Image> {
    return this.#links.toImage(await this.#catalogue.images.get(subjectOf(request), validateId(id)));
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
    await this.#queue.enqueue([image]);
    return this.#links.toImage(image);
  }
}
