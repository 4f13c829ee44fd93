import type { Catalogue, CatalogueImage } from '@darkroom/catalogue';
import { firstFormat, type JobPayload, type PictureStep } from '@darkroom/contracts';
import { isDarkroomError, PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import type { JobContext, JobHandler } from '@darkroom/queue';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { FollowingFormats } from './following-formats.js';
import { StepTeller } from './step-teller.js';
import { VariantMaker } from './variant-maker.js';

type Payload = JobPayload<'process-image'>;

/**
 * Makes the JPEG variants of an image and its facts; the image is `ready` after it, `failed` with its code, or
 * `quarantined` when it has ended its decoder process twice.
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
      await this.#follow(payload);
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

  /** All tries met a fault of the system: the person sees that, and a retry button. */
  async exhausted(payload: Payload): Promise<void> {
    await this.#fail(payload, { code: 'internal', message: PICTURE_FAULTS.internal.message });
  }

  /** @returns false when the image is no longer this run's to complete */
  async #process(image: CatalogueImage, { imageId, run }: Payload, { signal }: JobContext): Promise<boolean> {
    const { facts, variants } = await this.#makeVariants(image, run, signal);
    const following = this.#following.names;
    if (await this.#catalogue.processing.complete(imageId, run, facts, variants, following)) return true;
    await this.#maker.takeBack(imageId);
    return false;
  }

  /** Gives the picture a second try, in a fresh process, when the first one took its decoder along. */
  async #makeVariants(image: CatalogueImage, run: number, signal: AbortSignal) {
    for (;;) {
      try {
        return await this.#makeVariantsOnce(image, run, signal);
      } catch (error) {
        // Whatever ends together with a job that is called off, the picture is not the cause of it.
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
    const teller = new StepTeller((step) => void this.#tell(image.id, run, step));
    teller.enter('reading');
    try {
      return await this.#maker.makeFirst(image, signal, (step) => teller.enter(step));
    } finally {
      teller.end();
    }
  }

  /** Nothing depends on it: a database that is away is met by what comes after. */
  async #tell(imageId: string, run: number, step: PictureStep): Promise<void> {
    await this.#catalogue.processing.enter(imageId, run, step).catch((error: unknown) => {
      this.#logger.debug({ err: error, imageId, step }, 'the step of a picture could not be told');
    });
  }

  async #fail({ imageId, run }: Payload, error: Pick<PictureFault, 'code' | 'message'>): Promise<void> {
    const { code, message } = error;
    // A crash fails a picture when it is the second one alone.
    const status = code === 'decoder_crashed' ? 'quarantined' : 'failed';
    const failed = await this.#catalogue.processing.fail(imageId, run, { code, message }, status);
    if (failed) this.#metrics.imageFailed(code);
  }

  /** Enqueues what is missing of an image that was ready before: an earlier delivery of this job died right then. */
  async #follow(payload: Payload): Promise<void> {
    const image = await this.#catalogue.processing.find(payload.imageId, payload.run);
    if (image?.status !== 'ready') return;
    await this.#following.enqueueMissing(payload, new Set(image.variants.map(({ format }) => format)));
  }
}
