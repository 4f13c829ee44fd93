import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** Milliseconds between two checks. An emptied broker is without the reconciler's schedule for at most this long. */
const EVERY = 10_000;

/** Keeps the reconciler's schedule in the broker, also after the broker was emptied. Every worker does this. */
@Injectable()
export class ReconcileSchedule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #queue: JobQueue;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> = Promise.resolve();

  constructor(@Inject(JOB_QUEUE) queue: JobQueue, @Inject(LOGGER) logger: Logger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  onApplicationBootstrap(): void {
    this.#checking = this.#check();
    this.#timer = setInterval(() => {
      this.#checking = this.#checking.then(() => this.#check());
    }, EVERY);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  async #check(): Promise<void> {
    try {
      await this.#queue.schedule('reconcile');
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not schedule the reconciler; trying again');
    }
  }
}
