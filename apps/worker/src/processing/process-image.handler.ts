import type { Catalogue, ImageInWork } from '@darkroom/catalogue';
import type { JobPayload, PictureStep, VariantFormat } from '@darkroom/contracts';
import { isDarkroomError, PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import type { JobContext, JobHandler } from '@darkroom/queue';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { FollowingFormats } from './following-formats.js';
import { StepReporter } from './step-reporter.js';
import { type FirstFormat, VariantMaker } from './variant-maker.js';

type Payload = JobPayload<'process-image'>;

/**
 * Makes the JPEG variants of an image and reads its facts. Afterwards the image is `ready`, `failed` with an error
 * code, or `quarantined` when it has crashed its decoder process twice. The other formats of a ready image follow at
 * once, from the same pixels, or in jobs of their own while more urgent jobs wait.
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
    let made: ReadonlySet<VariantFormat> | null;
    try {
      made = await this.#process(image, payload, context);
    } catch (error) {
      if (!(error instanceof PictureFault)) {
        await this.#catalogue.processing.handBack(payload.imageId, payload.run);
        throw error;
      }
      await this.#fail(payload, error);
      return;
    }
    if (made) await this.#following.enqueueMissing(payload, made);
  }

  /** Every try failed because of the system, not the picture. The page shows this, with a retry button. */
  async exhausted(payload: Payload): Promise<void> {
    await this.#fail(payload, { code: 'internal', message: PICTURE_FAULTS.internal.message });
  }

  /** @returns the formats that exist; null when this run may no longer complete the image: it was deleted, or a newer run owns it */
  #process(
    image: ImageInWork,
    { imageId, run }: Payload,
    { signal }: JobContext,
  ): Promise<ReadonlySet<VariantFormat> | null> {
    const { processing } = this.#catalogue;
    return this.#withVariants(image, run, signal, async (first) => {
      if (await processing.complete(imageId, run, first.facts, first.variants, this.#following.names))
        return this.#following.makeAtOnce(image, first, signal);
      await this.#maker.removeIfDeleted(imageId);
      return null;
    });
  }

  /** Tries once more in a fresh process when the picture crashes its decoder. */
  async #withVariants<T>(
    image: ImageInWork,
    run: number,
    signal: AbortSignal,
    use: (first: FirstFormat) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      try {
        return await this.#withVariantsOnce(image, run, signal, use);
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

  async #withVariantsOnce<T>(
    image: ImageInWork,
    run: number,
    signal: AbortSignal,
    use: (first: FirstFormat) => Promise<T>,
  ): Promise<T> {
    const reporter = new StepReporter((step) => void this.#recordStep(image.id, run, step));
    const enter = (step: PictureStep) => reporter.enter(step);
    enter('reading');
    try {
      return await this.#maker.makeFirst(image, signal, enter, (first) => {
        reporter.end();
        return use(first);
      });
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
