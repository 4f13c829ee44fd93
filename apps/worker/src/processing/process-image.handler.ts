import type { Catalogue, CatalogueImage } from '@darkroom/catalogue';
import { firstFormat, type JobPayload, type PictureStep } from '@darkroom/contracts';
import { isDarkroomError, PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import type { JobContext, JobHandler } from '@darkroom/queue';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { FollowingFormats } from './following-formats.js';
import { StepReporter } from './step-reporter.js';
import { VariantMaker } from './variant-maker.js';

type Payload = JobPayload<'process-image'>;

/**
 * Makes the JPEG variants of an image and reads its facts. Afterwards the image is `ready`, `failed` with an error
 * code, or `quarantined` when it has crashed its decoder process twice.
 */
@Injectable()
export class ProcessImageHandler implements JobHandler<'process-image'> {
  readonly name = 'process-image';
  readonly #catalogue: Catalogue;
  readonly #maker: VariantMaker;
  readonly #following: FollowingFormats;
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(VariantMaker) maker: VariantMaker,
    @Inject(FollowingFormats) following: FollowingFormats,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#catalogue = catalogue;
    this.#maker = maker;
    this.#following = following;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  async handle(payload: Payload, context: JobContext): Promise<void> {
    const image = await this.#catalogue.processing.start(payload.imageId, payload.run);
    if (image === null) {
      await this.#enqueueFollowing(payload);
      return;
    }
    let isReady: boolean;
    try {
      isReady = await this.#process(image, payload, context);
    } catch (error) {
      if (!(error instanceof PictureFault)) {
        await this.#catalogue.processing.handBack(payload.imageId, payload.run);
        throw error;
      }
      await this.#fail(payload, error);
      return;
    }
    if (isReady) await this.#following.enqueueMissing(payload, new Set([firstFormat]));
  }

  /** Every try failed because of the system, not the picture. The page shows this, with a retry button. */
  async exhausted(payload: Payload): Promise<void> {
    await this.#fail(payload, { code: 'internal', message: PICTURE_FAULTS.internal.message });
  }

  /** @returns false when this run may no longer complete the image: it was deleted, or a newer run owns it */
  async #process(image: CatalogueImage, { imageId, run }: Payload, { signal }: JobContext): Promise<boolean> {
    const { facts, variants } = await this.#makeVariants(image, run, signal);
    const following = this.#following.names;
    if (await this.#catalogue.processing.complete(imageId, run, facts, variants, following)) return true;
    await this.#maker.removeIfDeleted(imageId);
    return false;
  }

  /** Tries once more in a fresh process when the picture crashes its decoder. */
  async #makeVariants(image: CatalogueImage, run: number, signal: AbortSignal) {
    for (;;) {
      try {
        return await this.#makeVariantsOnce(image, run, signal);
      } catch (error) {
        // The decoder of an aborted job ends because of the abort, not because of the picture.
        signal.throwIfAborted();
        if (!isDarkroomError(error, 'decoder_crashed')) throw error;
        const crashes = await this.#catalogue.processing.crashed(image.id, run);
        this.#logger.warn(
          { err: error, imageId: image.id, run, crashes },
          'a picture has crashed its decoder',
        );
        if (crashes !== 1) throw error;
      }
    }
  }

  async #makeVariantsOnce(image: CatalogueImage, run: number, signal: AbortSignal) {
    const reporter = new StepReporter((step) => void this.#recordStep(image.id, run, step));
    reporter.enter('reading');
    try {
      return await this.#maker.makeFirst(image, signal, (step) => reporter.enter(step));
    } finally {
      reporter.end();
    }
  }

  /** Nothing depends on the step: if the database is down, the calls that follow report it. */
  async #recordStep(imageId: string, run: number, step: PictureStep): Promise<void> {
    await this.#catalogue.processing.enter(imageId, run, step).catch((error: unknown) => {
      this.#logger.debug({ err: error, imageId, step }, 'could not record the step of a picture');
    });
  }

  async #fail({ imageId, run }: Payload, error: Pick<PictureFault, 'code' | 'message'>): Promise<void> {
    const { code, message } = error;
    // Only the second crash fails a picture.
    const status = code === 'decoder_crashed' ? 'quarantined' : 'failed';
    const failed = await this.#catalogue.processing.fail(imageId, run, { code, message }, status);
    if (failed) this.#metrics.imageFailed(code);
  }

  /** Enqueues missing formats of a ready image: an earlier delivery of this job may have died before it did. */
  async #enqueueFollowing(payload: Payload): Promise<void> {
    const image = await this.#catalogue.processing.find(payload.imageId, payload.run);
    if (image?.status !== 'ready') return;
    await this.#following.enqueueMissing(payload, new Set(image.variants.map(({ format }) => format)));
  }
}
