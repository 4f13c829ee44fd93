import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import type { FastifyRequest } from 'fastify';
import { KeptReadings } from '../operations/kept-readings.js';

/** Seconds before a client should retry: an operator must free space first. */
const RETRY_AFTER = '60';

/**
 * Refuses an upload that would fill the disk before a byte of it is read. A full disk affects more than this picture,
 * because the database and the variants of other pictures are written there too.
 */
export class DiskFloor {
  readonly #floor: number;
  /** Read at most once a second. Uploads that were let in meanwhile are subtracted. */
  readonly #free: KeptReadings<{ bytes: number }>;

  /**
   * @param floor - bytes that must stay free; 0: no limit
   * @param now - milliseconds
   */
  constructor(storage: Pick<ObjectStorage, 'freeBytes'>, floor: number, now?: () => number) {
    this.#floor = floor;
    this.#free = new KeptReadings(async () => ({ bytes: await storage.freeBytes() }), now);
  }

  /** @throws DarkroomError `unavailable` */
  async assertRoom(request: Pick<FastifyRequest, 'headers'>): Promise<void> {
    if (this.#floor === 0) return;
    // The length of a chunked request is unknown: only the current free space counts then.
    const announced = Number(request.headers['content-length'] ?? 0);
    const free = await this.#free.get('');
    if (free.bytes - announced < this.#floor) {
      throw doorError('unavailable', 'There is not enough disk space for this upload. Try again later.', {
        headers: { 'retry-after': RETRY_AFTER },
      });
    }
    free.bytes -= announced;
  }
}
