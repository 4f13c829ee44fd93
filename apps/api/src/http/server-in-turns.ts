import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyServerOptions } from 'fastify';

/** Requests handled between two looks at the network: a few milliseconds of work. */
const PER_TURN = 32;
/** Looks at the network in a row, as long as each brings a new connection: a few milliseconds too. */
const MOST_LOOKS = 64;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Creates a server that handles requests in the order of their arrival, a few per turn of the event loop.
 *
 * Node accepts one connection per turn (libuv, pull request 3696), but handles all requests that have arrived. In a
 * crowd, a turn would take a quarter of a second, and a new connection would wait for hundreds of turns. So turns are
 * short, and as long as connections are waiting, the next turns accept them first. A request that waits here has no
 * objects but Node's yet, so V8 has little to copy when it collects garbage.
 *
 * @param handler - Fastify's
 * @param options - Fastify's, which sets the timeouts only of servers that it creates
 */
export function createServerInTurns(handler: Handler, options: FastifyServerOptions): Server {
  const server = createServer();
  server.keepAliveTimeout = options.keepAliveTimeout ?? server.keepAliveTimeout;
  server.requestTimeout = options.requestTimeout ?? server.requestTimeout;
  server.setTimeout(options.connectionTimeout ?? 0);
  const waiting: [IncomingMessage, ServerResponse][] = [];
  let accepted = false;
  let looks = 0;
  const turn = (): void => {
    if (accepted && looks < MOST_LOOKS) {
      accepted = false;
      looks += 1;
      setImmediate(turn);
      return;
    }
    looks = 0;
    for (const [request, response] of waiting.splice(0, PER_TURN)) {
      // A client that left while its request waited needs no work, and its `close` event is not emitted again.
      if (!request.socket.destroyed) handler(request, response);
    }
    if (waiting.length > 0) setImmediate(turn);
  };
  server.on('connection', () => {
    accepted = true;
  });
  server.on('request', (request, response) => {
    if (waiting.push([request, response]) === 1) setImmediate(turn);
  });
  return server;
}
