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
import { WaitingWork } from '../limits/waiting-work.js';
import { METRICS, SETTINGS } from '../tokens.js';
import { UploadService } from './upload.service.js';

@Controller('api/images')
export class UploadsController {
  readonly #uploads: UploadService;
  readonly #links: ImageLinks;
  readonly #metrics: Metrics;
  readonly #waiting: WaitingWork;
  readonly #rate: TokenBucket;
  readonly #isOpen: boolean;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(UploadService) uploads: UploadService,
    @Inject(ImageLinks) links: ImageLinks,
    @Inject(METRICS) metrics: Metrics,
    @Inject(WaitingWork) waiting: WaitingWork,
  ) {
    this.#uploads = uploads;
    this.#links = links;
    this.#metrics = metrics;
    this.#waiting = waiting;
    this.#rate = new TokenBucket(settings.rates.uploadsPerMinute, settings.rates.uploadBurst);
    this.#isOpen = settings.access.mode === 'open';
  }

  @Post()
  @HttpCode(202)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadAnswer> {
    const owner = subjectOf(request);
    // In open mode all callers are one owner, so only their addresses tell them apart.
    const wait = this.#rate.take(this.#isOpen ? request.ip : owner);
    if (wait > 0) {
      throw doorError('rate_limited', `Too many uploads. Try again in ${wait} seconds.`, {
        headers: { 'retry-after': String(wait) },
      });
    }
    const addToBacklog = await this.#waiting.assertRoom(owner);
    const { images, rejected, replayed } = await this.#uploads.receive(owner, request);
    if (replayed) reply.header('idempotency-replayed', 'true');
    else {
      addToBacklog(images);
      this.#count(images, rejected);
    }
    return { items: await this.#links.toImages(images), rejected };
  }

  #count(images: readonly CatalogueImage[], rejected: readonly RejectedFile[]): void {
    for (const image of images) this.#metrics.fileAccepted(image.bytes);
    for (const file of rejected) this.#metrics.fileRejected(file.code);
  }
}
