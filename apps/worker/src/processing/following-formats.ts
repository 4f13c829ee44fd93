import type { WorkerSettings } from '@darkroom/config';
import { firstFormat, type JobPayload, type VariantFormat } from '@darkroom/contracts';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../tokens.js';

/** The formats that the settings ask for besides the first one. A separate job makes each. */
@Injectable()
export class FollowingFormats {
  readonly names: readonly VariantFormat[];
  readonly #queue: JobQueue;

  constructor(@Inject(SETTINGS) { formats }: WorkerSettings, @Inject(JOB_QUEUE) queue: JobQueue) {
    this.names = formats.filter((format) => format !== firstFormat);
    this.#queue = queue;
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
}
