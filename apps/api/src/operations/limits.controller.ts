import type { Settings } from '@darkroom/config';
import {
  ARCHIVE_MAX,
  CAPTION_MAX,
  type LimitsAnswer,
  originalContentTypes,
  TAG_MAX,
  TAGS_MAX,
  TITLE_MAX,
} from '@darkroom/contracts';
import { Controller, Get, Inject } from '@nestjs/common';
import { Access } from '../access/public.decorator.js';
import { SETTINGS } from '../tokens.js';

/** Returns the limits, for clients that check before they send. They are public, as the docs list them too. */
@Controller('api/limits')
@Access('no-token')
export class LimitsController {
  readonly #limits: LimitsAnswer;

  constructor(@Inject(SETTINGS) { http, limits }: Settings) {
    this.#limits = {
      maxBytes: http.maxBytes,
      maxRequestBytes: http.maxRequestBytes,
      maxFiles: http.maxFiles,
      contentTypes: [...originalContentTypes],
      maxPixels: limits.maxPixels,
      maxFrames: limits.maxFrames,
      titleLength: TITLE_MAX,
      captionLength: CAPTION_MAX,
      tagLength: TAG_MAX,
      tags: TAGS_MAX,
      archive: ARCHIVE_MAX,
    };
  }

  @Get()
  get(): LimitsAnswer {
    return this.#limits;
  }
}
