import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** Milliseconds between two looks: so long an emptied broker stays without the reconciler. */
const EVERY = 10_000;

/** Has the broker start the reconciler again and again, also a broker that was emptied. Every worker sees to it. */
@Injectable()
export class ReconcileSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #queue: JobQueue;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(@Inject(JOB_QUEUE) queue: JobQueue, @Inject(LOGGER) logger: Logger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  onApplicationBootstrap(): void {
    this.#looking = this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, EVERY);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      await this.#queue.schedule('reconcile');
    } catch (error) {
      this.#logger.warn({ err: error }, 'the reconciler could not be planned; trying again');
    }
  }
}
