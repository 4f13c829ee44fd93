import type { Catalogue, CatalogueImage, CatalogueVariant } from '@darkroom/catalogue';
import type { JobPayload, VariantFormat } from '@darkroom/contracts';
import { isDarkroomError, PictureFault } from '@darkroom/errors';
import type { JobContext, JobHandler } from '@darkroom/queue';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { VariantMaker } from './variant-maker.js';

type Payload = JobPayload<'encode-format'>;

/** Makes the variants of one further format for an image that is ready. */
@Injectable()
export class EncodeFormatHandler implements JobHandler<'encode-format'> {
  readonly name = 'encode-format';
  readonly #catalogue: Catalogue;
  readonly #maker: VariantMaker;
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(VariantMaker) maker: VariantMaker,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#catalogue = catalogue;
    this.#maker = maker;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  async handle({ imageId, run, format }: Payload, { signal }: JobContext): Promise<void> {
    const image = await this.#catalogue.processing.find(imageId, run);
    if (image?.status !== 'ready') return;
    try {
      const written = await this.#make(image, format, signal);
      if (!(await this.#catalogue.processing.addVariants(imageId, run, written)))
        await this.#maker.removeIfDeleted(imageId);
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error;
      await this.#giveUp({ imageId, run, format }, error);
    }
  }

  /** Every try failed with an unexpected error. */
  async exhausted(payload: Payload, error: unknown): Promise<void> {
    await this.#giveUp(payload, error);
  }

  /** Tries again in a fresh process after a crash: something other than the picture may have ended the first one. */
  async #make(
    image: CatalogueImage,
    format: VariantFormat,
    signal: AbortSignal,
  ): Promise<CatalogueVariant[]> {
    try {
      return await this.#maker.makeFormat(image, format, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isDarkroomError(error, 'decoder_crashed')) throw error;
      this.#logger.warn(
        { err: error, imageId: image.id, format },
        'a format has crashed its decoder; it is tried again',
      );
      return this.#maker.makeFormat(image, format, signal);
    }
  }

  /** The image stays ready without this format, since its JPEGs exist; it fails only when its original is missing. */
  async #giveUp({ imageId, run, format }: Payload, error: unknown): Promise<void> {
    if (isDarkroomError(error, 'original_missing')) {
      const failed = await this.#catalogue.processing.loseOriginal(imageId, run, error.message);
      if (failed) this.#metrics.imageFailed(error.code);
      return;
    }
    await this.#catalogue.processing.giveUpFormat(imageId, run, format);
    this.#logger.warn(
      { err: error, imageId, format },
      'a format could not be made; the image stays ready without it',
    );
  }
}
