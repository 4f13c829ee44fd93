import type { Settings } from '@darkroom/config';
import type { CatalogueImage } from '@darkroom/catalogue';
import type { RejectedFile, UploadAnswer } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { Metrics } from '@darkroom/telemetry';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import { ImageLinks } from '../images/image-links.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { METRICS, SETTINGS } from '../tokens.js';
import { UploadService } from './upload.service.js';

@Controller('api/images')
export class UploadsController {
  readonly #uploads: UploadService;
  readonly #links: ImageLinks;
  readonly #metrics: Metrics;
  readonly #rate: TokenBucket;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(UploadService) uploads: UploadService,
    @Inject(ImageLinks) links: ImageLinks,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#uploads = uploads;
    this.#links = links;
    this.#metrics = metrics;
    this.#rate = new TokenBucket(settings.rates.uploadsPerMinute, settings.rates.uploadBurst);
  }

  @Post()
  @HttpCode(202)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadAnswer> {
    const wait = this.#rate.take(request.ip);
    if (wait > 0) {
      throw doorError('rate_limited', `Too many uploads from your address. Try again in ${wait} seconds.`, {
        headers: { 'retry-after': String(wait) },
      });
    }
    const { images, rejected, replayed } = await this.#uploads.receive(subjectOf(request), request);
    if (replayed) reply.header('idempotency-replayed', 'true');
    else this.#count(images, rejected);
    return { items: await this.#links.toImages(images), rejected };
  }

  #count(images: readonly CatalogueImage[], rejected: readonly RejectedFile[]): void {
    for (const image of images) this.#metrics.fileAccepted(image.bytes);
    for (const file of rejected) this.#metrics.fileRejected(file.code);
  }
}
