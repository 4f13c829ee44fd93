import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Replaces the api: answers as a test specifies, and records the requests. */
export interface StubApi {
  host: string;
  port: number;
  upstream: string;
  requests: IncomingMessage[];
  /** What `/readyz` reports to the gateway. Those checks are not recorded in `requests`. */
  ready: boolean;
  /** Resolves when a request with this id has arrived. */
  received(id: string): Promise<void>;
  /** Can be replaced at any time. */
  answer: Answer;
  /** Stops listening and waits for the requests in flight, as an api does on SIGTERM. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const echo: Answer = (request, response) => {
  // An answer before the last byte of the request could break the connection of nginx and lose the answer.
  request.resume().once('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  });
};

/** @param host - loopback address to listen on */
export async function startStubApi(host = '127.0.0.1', port = 0): Promise<StubApi> {
  const requests: IncomingMessage[] = [];
  const waiting = new Map<unknown, () => void>();
  let draining = false;
  const server = createServer((request, response) => {
    // The readiness check of the gateway itself, not a forwarded request.
    if (request.url === '/readyz' && request.headers['x-request-id'] === undefined) {
      response.writeHead(stub.ready ? 200 : 503).end();
      return;
    }
    requests.push(request);
    waiting.get(request.headers['x-request-id'])?.();
    if (draining) response.setHeader('connection', 'close');
    void stub.answer(request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  const stub: StubApi = {
    host,
    port: own,
    upstream: `${host}:${own}`,
    requests,
    ready: true,
    received: (id) => new Promise((resolve) => void waiting.set(id, resolve)),
    answer: echo,
    drain: async () => {
      draining = true;
      // `close()` of an HTTP server would also close connections that have not sent their request yet.
      Server.prototype.close.call(server);
      await once(server, 'close');
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return stub;
}
