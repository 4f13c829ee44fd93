import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { BEAT_SECONDS } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import type { Platform } from '@darkroom/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PLATFORM, SETTINGS } from '../tokens.js';
import { InHand } from './in-hand.js';

/** Tells the catalogue that this worker is alive, and what it has in hand, until it has drained. */
@Injectable()
export class WorkerPresence implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #id = randomUUID();
  readonly #settings: WorkerSettings;
  readonly #platform: Platform;
  readonly #inHand: InHand;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(PLATFORM) platform: Platform,
    @Inject(InHand) inHand: InHand,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#inHand = inHand;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(() => this.#beat());
    }, BEAT_SECONDS * 1000);
  }

  /** The last hook of a shutdown: a worker that drains is alive. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#platform.catalogue.workers.leave(this.#id).catch((error: unknown) => this.#missed(error));
  }

  async #beat(): Promise<void> {
    const { concurrency } = this.#settings.worker;
    await this.#platform.catalogue.workers
      .beat({ id: this.#id, host: hostname(), concurrency, inHand: this.#inHand.count })
      .catch((error: unknown) => this.#missed(error));
  }

  #missed(error: unknown): void {
    this.#platform.logger.debug({ err: error }, 'a sign of life did not reach the catalogue');
  }
}
