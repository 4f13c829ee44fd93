import type { FastifyInstance } from 'fastify';
import { emptyBacklog } from './empty-backlog.js';

/** Milliseconds that a connection has to say what it was opened for, once nothing is under way any more. */
const PATIENCE_MS = 500;

/**
 * Has a closing server end its connections soon after the last request is answered. Node and Fastify close those that
 * have had a request and are idle; one that never sent any (browsers open them ahead) would hold the process until it
 * is killed. One whose request is on its way is not cut off: a proxy may not send that request a second time.
 */
export function closeConnections(instance: FastifyInstance): void {
  const { server } = instance;
  let underWay = 0;
  let closing = false;
  const closeSoonIfDone = (): void => {
    if (!closing || underWay > 0) return;
    setTimeout(() => {
      if (underWay === 0) server.closeAllConnections();
    }, PATIENCE_MS).unref();
  };
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      closeSoonIfDone();
    });
  });
  instance.addHook('preClose', async () => {
    await emptyBacklog(server);
    // Fastify does it again, some turns later: to a closed server, and waits like this for its connections to end.
    server.close();
    closing = true;
    closeSoonIfDone();
  });
}
