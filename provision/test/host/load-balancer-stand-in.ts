import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoadBalancerStandIn {
  url: string;
  stop(): Promise<void>;
}

/**
 * Passes requests on to a host as an application load balancer does: with who has asked, by which way, and 502 when the
 * host does not answer.
 *
 * @param target - the port of the host on this machine
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
