import { originalPrefix, variantPrefix, type JobPayload } from '@darkroom/contracts';
import type { Platform } from '@darkroom/platform';
import type { JobHandler } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM } from '../tokens.js';

/** Deletes every object of an image whose row is gone. */
@Injectable()
export class RemoveBytesHandler implements JobHandler<'remove-bytes'> {
  readonly name = 'remove-bytes';
  readonly #platform: Platform;

  constructor(@Inject(PLATFORM) platform: Platform) {
    this.#platform = platform;
  }

  async handle({ imageId }: JobPayload<'remove-bytes'>): Promise<void> {
    const { catalogue, storage } = this.#platform;
    // A row that is there owns its bytes, whatever a job says.
    if (await catalogue.processing.exists(imageId)) return;
    await storage.deletePrefix(originalPrefix(imageId));
    await storage.deletePrefix(variantPrefix(imageId));
    await catalogue.processing.bytesRemoved(imageId);
  }
}
