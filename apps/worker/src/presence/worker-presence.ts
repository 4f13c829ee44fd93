import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { BEAT_SECONDS, type Catalogue } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import type { Logger } from '@darkroom/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CATALOGUE, LOGGER, SETTINGS } from '../tokens.js';
import { JobsInFlight } from './jobs-in-flight.js';

/** Sends heartbeats to the catalogue, with the number of jobs in flight, until the worker has drained. */
@Injectable()
export class WorkerPresence implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #id = randomUUID();
  readonly #settings: WorkerSettings;
  readonly #catalogue: Catalogue;
  readonly #logger: Logger;
  readonly #inFlight: JobsInFlight;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(LOGGER) logger: Logger,
    @Inject(JobsInFlight) inFlight: JobsInFlight,
  ) {
    this.#settings = settings;
    this.#catalogue = catalogue;
    this.#logger = logger;
    this.#inFlight = inFlight;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(() => this.#beat());
    }, BEAT_SECONDS * 1000);
  }

  /** This hook runs last, after the drain: a draining worker still counts as alive. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#catalogue.workers.leave(this.#id).catch((error: unknown) => this.#missed(error));
  }

  async #beat(): Promise<void> {
    const { concurrency } = this.#settings.worker;
    await this.#catalogue.workers
      .beat({ id: this.#id, host: hostname(), concurrency, inHand: this.#inFlight.count })
      .catch((error: unknown) => this.#missed(error));
  }

  #missed(error: unknown): void {
    this.#logger.debug({ err: error }, 'a heartbeat did not reach the catalogue');
  }
}
