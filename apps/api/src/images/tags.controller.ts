import type { Catalogue } from '@darkroom/catalogue';
import { type TagList, TagsQuery } from '@darkroom/contracts';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import { validate } from '../http/validate.js';
import { CATALOGUE } from '../tokens.js';

/** Lists the tags in use. */
@Controller('api/tags')
export class TagsController {
  readonly #catalogue: Catalogue;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<TagList> {
    const { limit } = validate(TagsQuery, query, 'query');
    return { items: await this.#catalogue.images.tags(subjectOf(request), limit) };
  }
}
