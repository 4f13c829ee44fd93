import type { Catalogue, ImageInWork, CatalogueVariant } from '@darkroom/catalogue';
import type { JobPayload, VariantFormat } from '@darkroom/contracts';
import { isDarkroomError, PictureFault } from '@darkroom/errors';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { VariantMaker } from './variant-maker.js';

type Format = JobPayload<'encode-format'>;

/** Makes a further format of a ready image, and records it, or that it cannot be made. */
@Injectable()
export class FormatRecorder {
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

  /**
   * @param make - makes and stores the variants; by default, from the original
   * @throws only what another try may fix: an error of the picture is recorded
   */
  async record(
    image: ImageInWork,
    format: VariantFormat,
    signal: AbortSignal,
    make: () => Promise<CatalogueVariant[]> = () => this.#maker.makeFormat(image, format, signal),
  ): Promise<void> {
    const { id, run } = image;
    try {
      const written = await this.#make(image, format, signal, make);
      if (!(await this.#catalogue.processing.addVariants(id, run, written)))
        await this.#maker.removeIfDeleted(id);
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error;
      await this.giveUp({ imageId: id, run, format }, error);
    }
  }

  /** The image stays ready without this format, since its JPEGs exist; it fails only when its original is missing. */
  async giveUp({ imageId, run, format }: Format, error: unknown): Promise<void> {
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

  /** Tries again in a fresh process after a crash: something other than the picture may have ended the first one. */
  async #make(
    image: ImageInWork,
    format: VariantFormat,
    signal: AbortSignal,
    make: () => Promise<CatalogueVariant[]>,
  ): Promise<CatalogueVariant[]> {
    try {
      return await make();
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
}
