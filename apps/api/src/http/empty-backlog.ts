import type { Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds. A turn of the event loop this short ran almost no code, so the kernel's queue was checked just now. */
const SHORT_TURN_MS = 0.5;
/** Milliseconds after which to stop, even if connections still arrive. */
const PATIENCE_MS = 2_000;

/**
 * Resolves when the kernel holds no connection for a listening server. Close the server right after that.
 *
 * The kernel establishes a connection, and the process accepts it later, one per turn of the event loop. The client may
 * have sent its request by then. Closing the socket resets the waiting connections, and an upload that is reset is
 * lost: a proxy does not send it twice.
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
