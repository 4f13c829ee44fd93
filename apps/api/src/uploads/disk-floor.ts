import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import type { FastifyRequest } from 'fastify';

/** Seconds before a client should retry: an operator must free space first. */
const RETRY_AFTER = '60';

/**
 * Refuses an upload that would fill the disk before a byte of it is read. A full disk affects more than this picture,
 * because the database and the variants of other pictures are written there too.
 *
 * @param floor - bytes that must stay free
 * @throws DarkroomError `unavailable`
 */
export async function assertRoom(
  storage: Pick<ObjectStorage, 'freeBytes'>,
  floor: number,
  request: FastifyRequest,
): Promise<void> {
  if (floor === 0) return;
  // The length of a chunked request is unknown: only the current free space counts then.
  const announced = Number(request.headers['content-length'] ?? 0);
  if ((await storage.freeBytes()) - announced >= floor) return;
  throw doorError('unavailable', 'There is not enough disk space for this upload. Try again later.', {
    headers: { 'retry-after': RETRY_AFTER },
  });
}
