import type { Catalogue } from '@darkroom/catalogue';
import { originalPrefix, variantPrefix } from '@darkroom/contracts';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, STORAGE } from '../tokens.js';
import type { ProblemLogger } from '../http/problem.js';

/** Deletes an image: its row first, so that it is gone at once, then its bytes, so that its links are dead too. */
@Injectable()
export class ImageRemoval {
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;
  readonly #queue: JobQueue;
  readonly #logger: ProblemLogger;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(LOGGER) logger: ProblemLogger,
  ) {
    this.#catalogue = catalogue;
    this.#storage = storage;
    this.#queue = queue;
    this.#logger = logger;
  }

  /** @throws DarkroomError `not_found` */
  async remove(owner: string, id: string): Promise<void> {
    await this.#catalogue.images.delete(owner, id);
    try {
      await this.#storage.deletePrefix(originalPrefix(id));
      await this.#storage.deletePrefix(variantPrefix(id));
      await this.#catalogue.processing.bytesRemoved(id);
    } catch (error) {
      // The row is gone and the deletion on record: the job, or the reconciler, removes what is left.
      this.#logger.warn({ err: error, imageId: id }, 'bytes of a deleted image could not be removed at once');
      await this.#queue.enqueue('remove-bytes', { imageId: id }).catch((failure: unknown) => {
        this.#logger.warn(
          { err: failure, imageId: id },
          'their removal could not be enqueued; the reconciler will find it',
        );
      });
    }
  }
}
