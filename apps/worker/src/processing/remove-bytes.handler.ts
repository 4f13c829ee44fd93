import type { Catalogue } from '@darkroom/catalogue';
import { originalPrefix, variantPrefix, type JobPayload } from '@darkroom/contracts';
import type { JobHandler } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, STORAGE } from '../tokens.js';

/** Deletes every object of an image whose row has been deleted. */
@Injectable()
export class RemoveBytesHandler implements JobHandler<'remove-bytes'> {
  readonly name = 'remove-bytes';
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue, @Inject(STORAGE) storage: ObjectStorage) {
    this.#catalogue = catalogue;
    this.#storage = storage;
  }

  async handle({ imageId }: JobPayload<'remove-bytes'>): Promise<void> {
    // An existing row owns its bytes, whatever the job asks for.
    if (await this.#catalogue.processing.exists(imageId)) return;
    await this.#storage.deletePrefix(originalPrefix(imageId));
    await this.#storage.deletePrefix(variantPrefix(imageId));
    await this.#catalogue.processing.bytesRemoved(imageId);
  }
}
