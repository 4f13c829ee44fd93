import type { ImageInWork } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import { firstFormat, type JobPayload, type VariantFormat } from '@darkroom/contracts';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, SETTINGS } from '../tokens.js';
import { FormatRecorder } from './format-recorder.js';
import type { FirstFormat } from './variant-maker.js';

/** Milliseconds between two looks for a more urgent job while a format is made. Most formats need less. */
const LOOK_EVERY = 250;

/** The formats that the settings ask for besides the first one. */
@Injectable()
export class FollowingFormats {
  readonly names: readonly VariantFormat[];
  readonly #queue: JobQueue;
  readonly #recorder: FormatRecorder;
  readonly #logger: Logger;

  constructor(
    @Inject(SETTINGS) { formats }: WorkerSettings,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(FormatRecorder) recorder: FormatRecorder,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.names = formats.filter((format) => format !== firstFormat);
    this.#queue = queue;
    this.#recorder = recorder;
    this.#logger = logger;
  }

  /**
   * Makes formats of a ready image from the pixels that its decoder keeps, until a job waits that is more urgent than
   * the next format: that job would otherwise be taken first. Errors leave a format to its own job.
   *
   * @returns the formats that need no job
   */
  async makeAtOnce(image: ImageInWork, first: FirstFormat, signal: AbortSignal): Promise<Set<VariantFormat>> {
    const made = new Set<VariantFormat>([firstFormat]);
    for (const format of this.names) {
      if (!first.canMake(format)) continue;
      try {
        if (signal.aborted || (await this.#isOutranked(image, format))) break;
        await this.#makeUnlessOutranked(image, format, first, signal);
        made.add(format);
      } catch (error) {
        this.#logger.debug({ err: error, imageId: image.id, format }, 'a format is left to its own job');
        break;
      }
    }
    return made;
  }

  /** @param present - formats that the image already has */
  async enqueueMissing(
    { imageId, run, requestId }: JobPayload<'process-image'>,
    present: ReadonlySet<VariantFormat>,
  ): Promise<void> {
    const missing = this.names.filter((format) => !present.has(format));
    // If this fails or the process dies here, the formats are on record as pending, and the reconciler enqueues them.
    await this.#queue.enqueueAll(
      missing.map((format) => ({ name: 'encode-format', payload: { imageId, run, format, requestId } })),
    );
  }

  #isOutranked({ id, run }: ImageInWork, format: VariantFormat): Promise<boolean> {
    return this.#queue.isMoreUrgentWaiting('encode-format', { imageId: id, run, format });
  }

  /** @throws the reason of the abort when it gave the format up */
  async #makeUnlessOutranked(
    image: ImageInWork,
    format: VariantFormat,
    first: FirstFormat,
    signal: AbortSignal,
  ): Promise<void> {
    const outranked = new AbortController();
    const looking = setInterval(() => {
      const look = async () => {
        if (await this.#isOutranked(image, format)) outranked.abort();
      };
      // A broker that does not answer has no job to hand out.
      look().catch(() => undefined);
    }, LOOK_EVERY);
    const either = AbortSignal.any([signal, outranked.signal]);
    try {
      await this.#recorder.record(image, format, either, () => first.make(format, either));
    } finally {
      clearInterval(looking);
    }
  }
}
