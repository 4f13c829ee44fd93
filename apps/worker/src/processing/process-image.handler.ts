import type { CatalogueImage } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import {
  defaultRecipe,
  firstFormat,
  type JobPayload,
  type PictureStep,
  type VariantFormat,
} from '@darkroom/contracts';
import { isDarkroomError, PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import type { Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobContext, type JobHandler, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM, SETTINGS } from '../tokens.js';
import { Decoders } from './decoders.js';
import { engineOptions } from './engine-options.js';
import { StepTeller } from './step-teller.js';
import { VariantWriter } from './variant-writer.js';
import { withWorkingCopy } from './working-copy.js';

type Payload = JobPayload<'process-image'>;

/**
 * Makes the JPEG variants of an image and its facts; the image is `ready` after it, `failed` with its code, or
 * `quarantined` when it has ended its decoder process twice.
 */
@Injectable()
export class ProcessImageHandler implements JobHandler<'process-image'> {
  readonly name = 'process-image';
  readonly #settings: WorkerSettings;
  readonly #platform: Platform;
  readonly #decoders: Decoders;
  readonly #queue: JobQueue;
  readonly #writer: VariantWriter;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(PLATFORM) platform: Platform,
    @Inject(Decoders) decoders: Decoders,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(VariantWriter) writer: VariantWriter,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#decoders = decoders;
    this.#queue = queue;
    this.#writer = writer;
  }

  async handle(payload: Payload, context: JobContext): Promise<void> {
    const image = await this.#platform.catalogue.processing.start(payload.imageId, payload.run);
    if (image === null) {
      await this.#follow(payload);
      return;
    }
    let isReady: boolean;
    try {
      isReady = await this.#process(image, payload, context);
    } catch (error) {
      if (!(error instanceof PictureFault)) {
        await this.#platform.catalogue.processing.handBack(payload.imageId, payload.run);
        throw error;
      }
      await this.#fail(payload, error);
      return;
    }
    if (isReady) await this.#enqueueFormats(payload, new Set([firstFormat]));
  }

  /** All tries met a fault of the system: the person sees that, and a retry button. */
  async exhausted(payload: Payload): Promise<void> {
    await this.#fail(payload, { code: 'internal', message: PICTURE_FAULTS.internal.message });
  }

  /** @returns false when the image is no longer this run's to complete */
  async #process(image: CatalogueImage, { imageId, run }: Payload, { signal }: JobContext): Promise<boolean> {
    const { catalogue } = this.#platform;
    const done = await this.#makeVariants(image, run, signal);
    const following = this.#settings.formats.filter((format) => format !== firstFormat);
    if (await catalogue.processing.complete(imageId, run, done.facts, done.variants, following)) return true;
    await this.#writer.takeBack(imageId);
    return false;
  }

  /** Gives the picture a second try, in a fresh process, when the first one took its decoder along. */
  async #makeVariants(image: CatalogueImage, run: number, signal: AbortSignal) {
    const { catalogue, logger } = this.#platform;
    for (;;) {
      try {
        return await this.#makeVariantsOnce(image, run, signal);
      } catch (error) {
        // Whatever ends together with a job that is called off, the picture is not the cause of it.
        signal.throwIfAborted();
        if (!isDarkroomError(error, 'decoder_crashed')) throw error;
        const crashes = await catalogue.processing.crashed(image.id, run);
        logger.warn({ err: error, imageId: image.id, run, crashes }, 'a picture has crashed its decoder');
        if (crashes !== 1) throw error;
      }
    }
  }

  async #makeVariantsOnce(image: CatalogueImage, run: number, signal: AbortSignal) {
    const places = { storage: this.#platform.storage, folder: this.#decoders.folder };
    const teller = new StepTeller((step) => void this.#tell(image.id, run, step));
    teller.enter('reading');
    try {
      return await withWorkingCopy(places, image, signal, async ({ input, outputFolder }) => {
        const onStep = (step: PictureStep) => teller.enter(step);
        const options = { ...engineOptions(this.#settings, outputFolder, signal), onStep };
        const { facts, variants } = await this.#decoders.engine.process(input, defaultRecipe, options);
        teller.enter('storing');
        return { facts, variants: await this.#writer.write(image, defaultRecipe, variants, signal) };
      });
    } finally {
      teller.end();
    }
  }

  /** Nothing depends on it: a database that is away is met by what comes after. */
  async #tell(imageId: string, run: number, step: PictureStep): Promise<void> {
    const { catalogue, logger } = this.#platform;
    await catalogue.processing.enter(imageId, run, step).catch((error: unknown) => {
      logger.debug({ err: error, imageId, step }, 'the step of a picture could not be told');
    });
  }

  async #fail({ imageId, run }: Payload, error: Pick<PictureFault, 'code' | 'message'>): Promise<void> {
    const { code, message } = error;
    // A crash fails a picture when it is the second one alone.
    const status = code === 'decoder_crashed' ? 'quarantined' : 'failed';
    const { catalogue, metrics } = this.#platform;
    const failed = await catalogue.processing.fail(imageId, run, { code, message }, status);
    if (failed) metrics.imageFailed(code);
  }

  /** Enqueues what is missing of an image that was ready before: an earlier delivery of this job died right then. */
  async #follow(payload: Payload): Promise<void> {
    const image = await this.#platform.catalogue.processing.find(payload.imageId, payload.run);
    if (image?.status !== 'ready') return;
    await this.#enqueueFormats(payload, new Set(image.variants.map(({ format }) => format)));
  }

  async #enqueueFormats(
    { imageId, run, requestId }: Payload,
    present: ReadonlySet<VariantFormat>,
  ): Promise<void> {
    const missing = this.#settings.formats.filter((format) => !present.has(format));
    // Should this fail, or the process die here: they are on record as pending, and the reconciler enqueues them.
    await this.#queue.enqueueAll(
      missing.map((format) => ({ name: 'encode-format', payload: { imageId, run, format, requestId } })),
    );
  }
}
