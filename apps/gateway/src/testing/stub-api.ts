import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Stands where the api stands: answers as a test says, and remembers what came. */
export interface StubApi {
  host: string;
  port: number;
  upstream: string;
  requests: IncomingMessage[];
  /** Whether it says so; who asks is not among the requests. */
  ready: boolean;
  /** Resolves once a request of this id has come. */
  received(id: string): Promise<void>;
  /** From now on. */
  answer: Answer;
  /** Stops listening and waits for what is under way, as an api that is told to end. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const echo: Answer = (request, response) => {
  // An answer that comes before the last byte may cost nginx its connection, and the answer.
  request.resume().once('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  });
};

/** @param host - the loopback address to listen on */
export async function startStubApi(host = '127.0.0.1', port = 0): Promise<StubApi> {
  const requests: IncomingMessage[] = [];
  const waiting = new Map<unknown, () => void>();
  let draining = false;
  const server = createServer((request, response) => {
    // The gateway's own look at several apis, not one that it passes on.
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
      // Not that of an HTTP server, which also ends the connections that have not sent their request yet.
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
