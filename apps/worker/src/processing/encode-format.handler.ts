import type { CatalogueImage, CatalogueVariant } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import { defaultRecipe, type JobPayload, type VariantFormat } from '@darkroom/contracts';
import { isDarkroomError, PictureFault } from '@darkroom/errors';
import type { Platform } from '@darkroom/platform';
import type { JobContext, JobHandler } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM, SETTINGS } from '../tokens.js';
import { Decoders } from './decoders.js';
import { engineOptions } from './engine-options.js';
import { VariantWriter } from './variant-writer.js';
import { withWorkingCopy } from './working-copy.js';

type Payload = JobPayload<'encode-format'>;

/** Makes the variants of one further format of an image that is ready. */
@Injectable()
export class EncodeFormatHandler implements JobHandler<'encode-format'> {
  readonly name = 'encode-format';
  readonly #settings: WorkerSettings;
  readonly #platform: Platform;
  readonly #decoders: Decoders;
  readonly #writer: VariantWriter;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(PLATFORM) platform: Platform,
    @Inject(Decoders) decoders: Decoders,
    @Inject(VariantWriter) writer: VariantWriter,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#decoders = decoders;
    this.#writer = writer;
  }

  async handle({ imageId, run, format }: Payload, { signal }: JobContext): Promise<void> {
    const { catalogue } = this.#platform;
    const image = await catalogue.processing.find(imageId, run);
    if (image?.status !== 'ready') return;
    try {
      const written = await this.#make(image, format, signal);
      if (!(await catalogue.processing.addVariants(imageId, run, written)))
        await this.#writer.takeBack(imageId);
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error;
      await this.#giveUp({ imageId, run, format }, error);
    }
  }

  /** All tries met a fault that nobody has foreseen. */
  async exhausted(payload: Payload, error: unknown): Promise<void> {
    await this.#giveUp(payload, error);
  }

  /** Gives the format a second try, in a fresh process: the first one may have ended for a reason that is not its own. */
  async #make(
    image: CatalogueImage,
    format: VariantFormat,
    signal: AbortSignal,
  ): Promise<CatalogueVariant[]> {
    try {
      return await this.#makeOnce(image, format, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isDarkroomError(error, 'decoder_crashed')) throw error;
      const { logger } = this.#platform;
      logger.warn(
        { err: error, imageId: image.id, format },
        'a format has crashed its decoder; it is tried again',
      );
      return this.#makeOnce(image, format, signal);
    }
  }

  #makeOnce(image: CatalogueImage, format: VariantFormat, signal: AbortSignal): Promise<CatalogueVariant[]> {
    const places = { storage: this.#platform.storage, folder: this.#decoders.folder };
    return withWorkingCopy(places, image, signal, async ({ input, outputFolder }) => {
      const options = engineOptions(this.#settings, outputFolder, signal);
      const variants = await this.#decoders.engine.encode(input, defaultRecipe, format, options);
      return this.#writer.write(image, defaultRecipe, variants, signal);
    });
  }

  /** The JPEGs are there and show the picture: it stays ready without this format, unless its original is lost. */
  async #giveUp({ imageId, run, format }: Payload, error: unknown): Promise<void> {
    const { catalogue, logger, metrics } = this.#platform;
    if (isDarkroomError(error, 'original_missing')) {
      const failed = await catalogue.processing.loseOriginal(imageId, run, error.message);
      if (failed) metrics.imageFailed(error.code);
      return;
    }
    await catalogue.processing.giveUpFormat(imageId, run, format);
    logger.warn(
      { err: error, imageId, format },
      'a format could not be made; the image stays ready without it',
    );
  }
}
