import type { Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PLATFORM } from '../tokens.js';
import { removeOrphans } from './orphans.js';

/** Seconds between two sweeps, and after which an image that waits is looked at. */
const EVERY_SECONDS = 30;
const PAGE = 500;
/** Looking through all of storage is worth its price a few times a day. */
const ORPHANS_EVERY_MS = 6 * 3600 * 1000;
/** Seconds that an event stream may be away and still resume without a reload. */
const KEEP_DELETIONS_SECONDS = 24 * 3600;

/**
 * Puts right what a crash between two steps left behind: images that wait but have no job (also after Redis was
 * wiped), images past their end, bytes of deleted images, bytes that no row names. Several workers may sweep at once: every step is idempotent.
 */
@Injectable()
export class Sweep implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #platform: Platform;
  readonly #queue: JobQueue;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #orphansAt = 0;

  constructor(@Inject(PLATFORM) platform: Platform, @Inject(JOB_QUEUE) queue: JobQueue) {
    this.#platform = platform;
    this.#queue = queue;
  }

  onApplicationBootstrap(): void {
    this.#next(0);
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  #next(seconds: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#sweepOnce();
    }, seconds * 1000);
  }

  async #sweepOnce(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.#platform.logger.warn({ err: error }, 'a sweep broke off; the next one goes on');
    }
    if (this.#timer !== undefined) this.#next(EVERY_SECONDS);
  }

  async sweep(): Promise<void> {
    const { catalogue, logger } = this.#platform;
    const requeued = await this.#requeue();
    const expired = await catalogue.processing.deleteExpired(PAGE);
    const bytes = await catalogue.processing.bytesToRemove(EVERY_SECONDS, PAGE);
    const removals = [...new Set([...expired, ...bytes])];
    await this.#queue.enqueueAll(removals.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } })));
    await catalogue.changes.trim(KEEP_DELETIONS_SECONDS);
    const orphans = await this.#removeOrphans();
    if (requeued + removals.length + orphans > 0) {
      logger.info({ requeued, expired: expired.length, removals: removals.length, orphans }, 'sweep');
    }
  }

  async #removeOrphans(): Promise<number> {
    if (Date.now() < this.#orphansAt) return 0;
    const removed = await removeOrphans(this.#platform);
    this.#orphansAt = Date.now() + ORPHANS_EVERY_MS;
    return removed;
  }

  /** An image whose job is still there is left to it: the job's id says that it is the same. */
  async #requeue(): Promise<number> {
    let after: string | null = null;
    let requeued = 0;
    for (;;) {
      const waiting: { id: string; run: number }[] = await this.#platform.catalogue.processing.unfinished(
        EVERY_SECONDS,
        PAGE,
        after,
      );
      for (const { id: imageId, run } of waiting) {
        const payload = { imageId, run };
        if (await this.#queue.has('process-image', payload)) continue;
        await this.#queue.enqueue('process-image', payload);
        requeued += 1;
      }
      after = waiting.at(-1)?.id ?? null;
      if (waiting.length < PAGE) return requeued;
    }
  }
}
