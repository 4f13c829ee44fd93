import { isDarkroomError } from '@darkroom/errors';
import type { JobContext, JobHandler } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import { Reconciler } from './reconciler.js';

/** Runs the reconciler on its schedule. */
@Injectable()
export class ReconcileHandler implements JobHandler<'reconcile'> {
  readonly name = 'reconcile';
  readonly #reconciler: Reconciler;
  readonly #logger: Logger;

  constructor(@Inject(Reconciler) reconciler: Reconciler, @Inject(LOGGER) logger: Logger) {
    this.#reconciler = reconciler;
    this.#logger = logger;
  }

  async handle(_payload: object, { signal }: JobContext): Promise<void> {
    try {
      await this.#reconciler.run({ signal });
    } catch (error) {
      // Other jobs are postponed. This one is not: the schedule starts the next run.
      if (!isDarkroomError(error, 'unavailable')) throw error;
      this.#logger.warn({ err: error }, 'could not reconcile; the next run tries again');
    }
  }
}
