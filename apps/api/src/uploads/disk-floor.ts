import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import type { FastifyRequest } from 'fastify';

/** Seconds after which a client may ask again: somebody has to make room first. */
const RETRY_AFTER = '60';

/**
 * Refuses an upload that would fill the disk, before a byte of it is taken: a disk that is full costs more than this
 * picture, because the database and the variants of others are written there too.
 *
 * @param floor - bytes to be left free
 * @throws DarkroomError `unavailable`
 */
export async function assertRoom(
  storage: Pick<ObjectStorage, 'freeBytes'>,
  floor: number,
  request: FastifyRequest,
): Promise<void> {
  if (floor === 0) return;
  // Unknown for a chunked request: then the floor is all there is to go by.
  const announced = Number(request.headers['content-length'] ?? 0);
  if ((await storage.freeBytes()) - announced >= floor) return;
  throw doorError('unavailable', 'There is too little room on the disk for this upload; try again later.', {
    headers: { 'retry-after': RETRY_AFTER },
  });
}
