import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoadBalancerStandIn {
  url: string;
  stop(): Promise<void>;
}

/**
 * Forwards requests to a host as an application load balancer does: with the client's address, protocol and port, and
 * with 502 if the host does not answer.
 *
 * @param target - port on this machine that leads to the host
 */
export async function startLoadBalancerStandIn(target: number): Promise<LoadBalancerStandIn> {
  const server = createServer((request, response) => {
    const from = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    const headers = {
      ...request.headers,
      'x-forwarded-for': [request.headers['x-forwarded-for'], from].filter(Boolean).join(', '),
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
    };
    const onward = httpRequest(
      { host: '127.0.0.1', port: target, method: request.method, path: request.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
