import type { FastifyInstance } from 'fastify';

/**
 * Has a closing server end its connections as soon as the last request is answered. Node and Fastify close those that
 * have had a request and are idle; one that never sent any (browsers open them ahead) would hold the process until it
 * is killed.
 */
export function closeConnections(instance: FastifyInstance): void {
  const { server } = instance;
  let underWay = 0;
  let closing = false;
  const closeIfDone = (): void => {
    if (closing && underWay === 0) server.closeAllConnections();
  };
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      closeIfDone();
    });
  });
  instance.addHook('preClose', (done) => {
    closing = true;
    done();
    // The server takes new connections until Fastify has closed it, right after this hook.
    setImmediate(closeIfDone);
  });
}
