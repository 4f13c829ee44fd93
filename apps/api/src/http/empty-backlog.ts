import type { Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds. A turn of the event loop this short has run next to nothing: what the kernel has was just looked at. */
const SHORT_TURN_MS = 0.5;
/** Milliseconds until it is enough, however many still come. */
const PATIENCE_MS = 2_000;

/**
 * Resolves at a moment when the kernel holds no connection for a listening server, right after which it is to be closed.
 *
 * A connection is made by the kernel and taken over by the process later, one a turn of the event loop. A client has
 * sent its request by then; a socket that is closed resets those that wait, and an upload that was reset is lost: a
 * proxy does not send it twice.
 */
export async function emptyBacklog(server: Server): Promise<void> {
  let taken = 0;
  const count = (): void => {
    taken += 1;
  };
  server.on('connection', count);
  const until = performance.now() + PATIENCE_MS;
  for (let now = performance.now(); now < until;) {
    const [before, began] = [taken, now];
    await turn();
    now = performance.now();
    if (taken === before && now - began < SHORT_TURN_MS) break;
  }
  server.off('connection', count);
}
