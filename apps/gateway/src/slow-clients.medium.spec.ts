import { connect, type Socket } from 'node:net';
import { type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './testing/ask.js';
import { echo, startStubApi, type StubApi } from './testing/stub-api.js';

/** Sends a text and reads what comes back. @returns when nginx has closed the connection, which it does with a reset */
function hungUp(port: number, text: string): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1').resume();
  socket.write(text);
  return new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });
}

/** Bytes: more than the buffers of sockets and nginx can hold. */
const LARGE = 64 * 2 ** 20;

// Concurrent, because each test waits for a timeout of 10 or 30 seconds.
describe.skipIf(!services().nginx).concurrent('a client that is slow on purpose', () => {
  let api: StubApi;
  let gateway: Gateway;

  beforeAll(async () => {
    api = await startStubApi();
    gateway = await startGateway({ upstream: api.upstream });
  });
  afterAll(async () => {
    await gateway.stop();
    await api.close();
  });

  it('is disconnected when its headers do not end', async () => {
    await hungUp(gateway.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(api.requests.map(({ url }) => url)).not.toContain('/healthz');
  });

  it('is disconnected, also from the api, when its body stalls', async () => {
    const path = '/api/images?slow';
    const left = Promise.withResolvers<void>();
    api.answer = (request, response) => {
      if (request.url === path) request.resume().once('close', left.resolve);
      else void echo(request, response);
    };
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n`;
    await Promise.all([hungUp(gateway.port, `${head}the first half`), left.promise]);
    expect(api.requests.map(({ url }) => url)).toContain(path);
  });

  it('is disconnected, also from the api, when it does not read its answer', async () => {
    const other = await startStubApi();
    const gatewayOfOther = await startGateway({ upstream: other.upstream });
    const left = Promise.withResolvers<void>();
    other.answer = (_request, response) => {
      response.once('close', left.resolve);
      response.end(Buffer.alloc(LARGE));
    };
    const socket = connect(gatewayOfOther.port, '127.0.0.1').on('error', () => undefined);
    socket.pause().write('GET /api/images HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await left.promise;
    other.answer = echo;
    expect((await ask(gatewayOfOther, '/healthz')).status).toBe(200);
    socket.destroy();
    await gatewayOfOther.stop();
    await other.close();
  });
});
