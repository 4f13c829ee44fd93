import { isDarkroomError } from '@darkroom/errors';
import type { Platform } from '@darkroom/platform';
import type { JobContext, JobHandler } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM } from '../tokens.js';
import { Reconciler } from './reconciler.js';

/** Reconciles when it is time to. */
@Injectable()
export class ReconcileHandler implements JobHandler<'reconcile'> {
  readonly name = 'reconcile';
  readonly #platform: Platform;
  readonly #reconciler: Reconciler;

  constructor(@Inject(PLATFORM) platform: Platform, @Inject(Reconciler) reconciler: Reconciler) {
    this.#platform = platform;
    this.#reconciler = reconciler;
  }

  async handle(_payload: object, { signal }: JobContext): Promise<void> {
    try {
      await this.#reconciler.run({ signal });
    } catch (error) {
      // Not put off, as other jobs are: the next run comes by itself.
      if (!isDarkroomError(error, 'unavailable')) throw error;
      this.#platform.logger.warn({ err: error }, 'could not reconcile; the next run does');
    }
  }
}
