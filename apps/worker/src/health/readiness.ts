import type { Catalogue } from '@darkroom/catalogue';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, STORAGE } from '../tokens.js';

export interface ReadinessReport {
  status: 'ready' | 'unavailable';
  /** `up` or `down`, by service. */
  checks: Record<string, string>;
}

/** Checks whether each service that the worker depends on responds. */
@Injectable()
export class Readiness {
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;
  readonly #queue: JobQueue;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(JOB_QUEUE) queue: JobQueue,
  ) {
    this.#catalogue = catalogue;
    this.#storage = storage;
    this.#queue = queue;
  }

  async check(): Promise<ReadinessReport> {
    const checks = {
      database: this.#catalogue.check(),
      broker: this.#queue.check(),
      storage: this.#storage.check(),
    };
    const results = await Promise.allSettled(Object.values(checks));
    const states = Object.keys(checks).map((name, index) => [
      name,
      results[index]?.status === 'fulfilled' ? 'up' : 'down',
    ]);
    const isReady = states.every(([, state]) => state === 'up');
    return {
      status: isReady ? 'ready' : 'unavailable',
      checks: Object.fromEntries(states) as Record<string, string>,
    };
  }
}
