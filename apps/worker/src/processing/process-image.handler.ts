import type { CatalogueImage } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import { defaultRecipe, followingFormats, type JobPayload } from '@darkroom/contracts';
import { PICTURE_FAULTS, PictureFault } from '@darkroom/errors';
import type { ImagingEngine } from '@darkroom/imaging';
import type { Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobContext, type JobHandler, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { ENGINE, PLATFORM, SETTINGS } from '../tokens.js';
import { engineOptions } from './engine-options.js';
import { VariantWriter } from './variant-writer.js';
import { withWorkingCopy } from './working-copy.js';

type Payload = JobPayload<'process-image'>;

/** Makes the JPEG variants of an image and its facts; the image is `ready` after it, or `failed` with its code. */
@Injectable()
export class ProcessImageHandler implements JobHandler<'process-image'> {
  readonly name = 'process-image';
  readonly #settings: WorkerSettings;
  readonly #platform: Platform;
  readonly #engine: ImagingEngine;
  readonly #queue: JobQueue;
  readonly #writer: VariantWriter;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(PLATFORM) platform: Platform,
    @Inject(ENGINE) engine: ImagingEngine,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(VariantWriter) writer: VariantWriter,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#engine = engine;
    this.#queue = queue;
    this.#writer = writer;
  }

  async handle(payload: Payload, context: JobContext): Promise<void> {
    const image = await this.#platform.catalogue.processing.start(payload.imageId, payload.run);
    if (image === null) {
      await this.#follow(payload);
      return;
    }
    try {
      await this.#process(image, payload, context);
    } catch (error) {
      if (!(error instanceof PictureFault)) {
        await this.#platform.catalogue.processing.handBack(payload.imageId, payload.run);
        throw error;
      }
      await this.#fail(payload, error);
      return;
    }
    await this.#follow(payload);
  }

  /** All tries met a fault of the system: the person sees that, and a retry button. */
  async exhausted(payload: Payload): Promise<void> {
    await this.#fail(payload, { code: 'internal', message: PICTURE_FAULTS.internal });
  }

  async #process(image: CatalogueImage, payload: Payload, { signal }: JobContext): Promise<void> {
    const { storage } = this.#platform;
    const done = await withWorkingCopy(storage, image, signal, async ({ input, outputFolder }) => {
      const options = engineOptions(this.#settings, outputFolder, signal);
      const { facts, variants } = await this.#engine.process(input, defaultRecipe, options);
      return { facts, written: await this.#writer.write(image, defaultRecipe, variants, signal) };
    });
    const kept = await this.#platform.catalogue.processing.complete(
      payload.imageId,
      payload.run,
      done.facts,
      done.written,
    );
    if (!kept) await this.#writer.takeBack(payload.imageId);
  }

  async #fail(payload: Payload, error: Pick<PictureFault, 'code' | 'message'>): Promise<void> {
    const { code, message } = error;
    const failed = await this.#platform.catalogue.processing.fail(payload.imageId, payload.run, {
      code,
      message,
    });
    if (failed) this.#platform.metrics.imageFailed(code);
  }

  /** Enqueues what is still missing of a ready image; also when an earlier delivery of this job died right before. */
  async #follow({ imageId, run }: Payload): Promise<void> {
    const image = await this.#platform.catalogue.processing.find(imageId, run);
    if (image?.status !== 'ready') return;
    const present = new Set(image.variants.map((variant) => variant.format));
    const missing = followingFormats.filter((format) => !present.has(format));
    await this.#queue.enqueueAll(
      missing.map((format) => ({ name: 'encode-format', payload: { imageId, run, format } })),
    );
  }
}
