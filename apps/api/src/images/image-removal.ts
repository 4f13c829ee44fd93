import type { Catalogue } from '@darkroom/catalogue';
import { originalPrefix, variantPrefix } from '@darkroom/contracts';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, LOGGER, STORAGE } from '../tokens.js';
import type { ProblemLogger } from '../http/problem.js';

/** Deletes an image: first its row, so that it is gone at once, then its bytes, so that its links are invalid too. */
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
      // The row is deleted and the deletion recorded: the job or the reconciler removes the remaining bytes.
      this.#logger.warn({ err: error, imageId: id }, 'could not remove the bytes of a deleted image at once');
      await this.#queue.enqueue('remove-bytes', { imageId: id }).catch((failure: unknown) => {
        this.#logger.warn(
          { err: failure, imageId: id },
          'could not enqueue their removal; the reconciler will find it',
        );
      });
    }
  }
}
