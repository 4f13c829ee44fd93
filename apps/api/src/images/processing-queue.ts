import type { CatalogueImage } from '@darkroom/catalogue';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import type { ProblemLogger } from '../http/problem.js';
import { LOGGER } from '../tokens.js';

/** Enqueues committed images for the workers. */
@Injectable()
export class ProcessingQueue {
  readonly #queue: JobQueue;
  readonly #logger: ProblemLogger;

  constructor(@Inject(JOB_QUEUE) queue: JobQueue, @Inject(LOGGER) logger: ProblemLogger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  /**
   * Enqueues the current run of each image. It does not throw if the broker is down: the rows are the source of truth.
   *
   * @param requestId - id of the request, for the worker's log
   */
  async enqueue(images: readonly CatalogueImage[], requestId: string): Promise<void> {
    try {
      await this.#queue.enqueueAll(
        images.map(({ id, run }) => ({ name: 'process-image', payload: { imageId: id, run, requestId } })),
        // Every upload and every retry begins a run.
        { areNew: true },
      );
    } catch (error) {
      const imageIds = images.map((image) => image.id);
      this.#logger.warn(
        { err: error, imageIds, requestId },
        'could not enqueue images; the reconciler will find them',
      );
    }
  }
}
