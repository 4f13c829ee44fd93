import type { FastifyInstance } from 'fastify';
import { emptyBacklog } from './empty-backlog.js';

/** Milliseconds that a connection has to send its request, once no request is in progress. */
const PATIENCE_MS = 500;

/**
 * Makes a closing server close its connections soon after the last request is answered. Node and Fastify close idle
 * connections that have had a request. A connection without one (browsers open them ahead) would keep the process
 * running until it is killed. A connection whose request is in flight is not cut: a proxy may not repeat the request.
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
    // Fastify closes the server again some turns later. It is closed by then, and Fastify waits for its connections.
    server.close();
    closing = true;
    closeSoonIfDone();
  });
}
