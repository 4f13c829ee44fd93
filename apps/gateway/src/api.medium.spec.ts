import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, jsonOf, keepingAgent } from './testing/ask.js';
import { echo, startStubApi, type StubApi } from './testing/stub-api.js';

const IMAGE = '/api/images/01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

/** Sends these bytes and returns everything until the server closes the connection. */
async function exchange(gateway: Gateway, text: string): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.setEncoding('latin1').end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe.skipIf(!services().nginx)('requests to the api', () => {
  let api: StubApi;
  let gateway: Gateway;
  const headersAt = async (...asking: Parameters<typeof ask>): Promise<Record<string, string>> =>
    jsonOf(await ask(...asking))['headers'] as Record<string, string>;

  beforeAll(async () => {
    api = await startStubApi();
    gateway = await startGateway({
      upstream: api.upstream,
      env: {
        DARKROOM_UPLOADS_PER_MINUTE: '0',
        DARKROOM_SIGN_INS_PER_MINUTE: '0',
        DARKROOM_MAX_REQUEST_BYTES: '1MiB',
      },
    });
  });
  beforeEach(() => {
    api.answer = echo;
  });
  afterAll(async () => {
    await gateway.stop();
    await api.close();
  });

  it.each([
    '/api/images?limit=2&q=%C3%BC%20x',
    IMAGE,
    `${IMAGE}/retry`,
    '/api/session',
    '/api/docs/',
    '/healthz',
    '/readyz',
    '/media/uploads/x%20y.jpg?expires=1&filename=it%27s.jpg&signature=a',
  ])('passes %s on unchanged', async (path) => {
    expect(jsonOf(await ask(gateway, path))).toMatchObject({ method: 'GET', url: path });
  });

  it.each([
    '/metrics',
    '/api/../metrics',
    '/api/%2e%2e/metrics',
    '/api/..%2fmetrics',
    '//metrics',
    '/metrics/',
  ])('does not reach %s', async (path) => {
    const before = api.requests.length;
    expect((await ask(gateway, path)).status).toBe(404);
    expect(api.requests).toHaveLength(before);
  });

  it('keeps the host and its port, which the api checks', async () => {
    const headers = { host: 'pictures.example:8443' };
    expect((await headersAt(gateway, IMAGE, { headers }))['host']).toBe('pictures.example:8443');
  });

  it('passes on the address of the connection, and drops what the client claims', async () => {
    const seen = await headersAt(gateway, IMAGE, {
      headers: {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=203.0.113.9',
        'x-accel-failed': '1',
      },
    });
    expect(seen).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-forwarded-host']));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['forwarded']));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-accel-failed']));
  });

  it('gives every request an id, keeps a valid one, and logs it without the query', async () => {
    const given = 'from-the-caller-1';
    const own = await headersAt(gateway, IMAGE);
    expect(own['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    for (const [sent, kept] of [
      [given, true],
      ['short', false],
      ['x'.repeat(65), false],
      ['a"b\\c d-and-more', false],
    ] as const) {
      const seen = await headersAt(gateway, `${IMAGE}?signature=secret`, {
        headers: { 'x-request-id': sent },
      });
      expect([sent, seen['x-request-id'] === sent]).toEqual([sent, kept]);
    }
    const lines = await gateway.logged((line) => line['requestId'] === given);
    expect(lines.find((line) => line['requestId'] === given)).toMatchObject({
      method: 'GET',
      path: IMAGE,
      status: 200,
      address: '127.0.0.1',
      upstream: api.upstream,
      seconds: expect.any(Number),
      bytes: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('passes on answers unchanged with their headers, including problems', async () => {
    api.answer = (_, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '7' });
      response.end('{"code":"unavailable"}');
    };
    const answer = await ask(gateway, '/readyz');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '7']);
    expect(jsonOf(answer)).toEqual({ code: 'unavailable' });
  });

  it('compresses JSON, keeps its ETag as a weak one, and does not compress pictures', async () => {
    const json = JSON.stringify({ items: 'x'.repeat(20_000) });
    api.answer = (incoming, response) => {
      const isJson = incoming.url === '/api/images';
      response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'image/jpeg', etag: '"tag"' });
      response.end(json);
    };
    const headers = { 'accept-encoding': 'gzip' };
    const page = await ask(gateway, '/api/images', { headers });
    expect(page.headers).toMatchObject({
      'content-encoding': 'gzip',
      etag: 'W/"tag"',
      vary: 'Accept-Encoding',
    });
    expect(gunzipSync(page.body).toString()).toBe(json);
    expect((await ask(gateway, '/media/x.jpg', { headers })).headers['content-encoding']).toBeUndefined();
  });

  it('buffers an answer of 4 MB in memory, not in a file', async () => {
    api.answer = (_, response) => response.end(Buffer.alloc(4_000_000, 7)) as never;
    expect((await ask(gateway, '/api/images')).body.equals(Buffer.alloc(4_000_000, 7))).toBe(true);
    expect(gateway.messages.join('\n')).not.toContain('buffered to a temporary file');
  });

  it('passes on an upload while it is still arriving', async () => {
    const arrived = Promise.withResolvers<string>();
    api.answer = async (incoming, response) => {
      const [first] = (await once(incoming, 'data')) as [Buffer];
      arrived.resolve(first.toString());
      incoming.resume().once('end', () => response.end('{}'));
    };
    const sent = request({
      host: '127.0.0.1',
      port: gateway.port,
      path: '/api/images',
      method: 'POST',
      headers: { 'content-length': '8' },
    });
    sent.write('half');
    expect(await arrived.promise).toBe('half');
    sent.end('rest');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
  });

  it.each(['/api/events', `${IMAGE}/events`])(
    'passes on events one by one and uncompressed (%s)',
    async (path) => {
      const more = Promise.withResolvers<void>();
      api.answer = async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        await more.promise;
        response.end('data: 2\n\n');
      };
      const headers = { 'accept-encoding': 'gzip' };
      const sent = request({ host: '127.0.0.1', port: gateway.port, path, headers, agent: false });
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const events: string[] = [];
      for await (const chunk of response) {
        events.push(String(chunk));
        more.resolve();
      }
      expect(events).toEqual(['data: 1\n\n', 'data: 2\n\n']);
    },
  );

  it.each([
    ['an upload with a Content-Length', '/api/images', { 'content-length': String(1024 ** 2 + 1) }, 'x'],
    ['a chunked upload', '/api/images', { 'transfer-encoding': 'chunked' }, 'x'.repeat(1024 ** 2 + 1)],
    ['JSON', '/api/session', {}, 'x'.repeat(128 * 1024 + 1)],
  ])('refuses %s over the limit in the format of the api', async (_, path, headers, body) => {
    const sent = request({
      host: '127.0.0.1',
      port: gateway.port,
      path,
      method: 'POST',
      headers,
      agent: false,
    });
    sent.on('error', () => undefined).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({
      type: 'about:blank',
      title: 'Payload Too Large',
      status: 413,
      code: 'too_large',
      instance: response.headers['x-request-id'],
    });
    sent.destroy();
  });

  it('accepts an upload just within the limit', async () => {
    const body = Buffer.alloc(1024 ** 2, 1);
    expect((await ask(gateway, '/api/images', { method: 'POST', body })).status).toBe(200);
  });

  it('keeps the connection of its client open', async () => {
    const agent = keepingAgent();
    for (let count = 0; count < 3; count += 1)
      expect((await ask(gateway, '/healthz', { agent })).headers.connection).toBe('keep-alive');
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    agent.destroy();
  });

  it.each([
    [
      'two lengths',
      'POST /api/images HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'a length and chunks',
      'POST /api/images HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'chunks of an unknown coding',
      'POST /api/images HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
      501,
    ],
    ['a space before a colon', 'GET /api/images HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n', 400],
    ['a folded header', 'GET /api/images HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400],
    ['a missing host', 'GET /api/images HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /api/images HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['an invalid method', 'get /api/images HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a path that leaves the root', 'GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['headers that are too long', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['an address that is too long', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ])('refuses %s with a problem, and does not ask the api', async (_, text, status) => {
    const before = api.requests.length;
    const answer = await exchange(gateway, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain(`"status":${status},`);
    expect(answer).toContain('"code":"invalid_request"');
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(api.requests).toHaveLength(before);
  });

  it('reports its own state, only inside the container', async () => {
    const { port } = new URL(gateway.statusUrl);
    expect((await ask({ port: Number(port) }, '/status')).body.toString()).toMatch(
      /^Active connections: \d+/,
    );
    expect(jsonOf(await ask({ port: Number(port) }, '/healthz'))).toEqual({ status: 'alive' });
  });
});

describe.skipIf(!services().nginx)('the client', () => {
  it('is the address that trusted proxies report, and no address before them', async () => {
    const api = await startStubApi();
    const gateway = await startGateway({
      upstream: api.upstream,
      env: { GATEWAY_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' },
    });
    const reported = async (forwarded: string, scheme: string): Promise<unknown[]> => {
      const headers = { 'x-forwarded-for': forwarded, 'x-forwarded-proto': scheme };
      const seen = jsonOf(await ask(gateway, '/healthz', { headers }))['headers'] as Record<string, string>;
      return [seen['x-forwarded-for'], seen['x-forwarded-proto']];
    };
    expect(await reported('203.0.113.9', 'https')).toEqual(['203.0.113.9', 'https']);
    expect(await reported('1.1.1.1, 203.0.113.9, 10.1.2.3', 'https')).toEqual(['203.0.113.9', 'https']);
    expect(await reported('203.0.113.9', 'gopher')).toEqual(['203.0.113.9', 'http']);
    expect(await reported('nonsense', 'http')).toEqual(['127.0.0.1', 'http']);
    await gateway.stop();
    await api.close();
  });
});

describe.skipIf(!services().nginx)('rate limits', () => {
  let api: StubApi;
  let gateway: Gateway;

  beforeAll(async () => {
    api = await startStubApi();
    gateway = await startGateway({
      upstream: api.upstream,
      env: {
        GATEWAY_TRUSTED_PROXIES: 'loopback',
        DARKROOM_UPLOADS_PER_MINUTE: '12',
        DARKROOM_UPLOAD_BURST: '3',
        DARKROOM_SIGN_INS_PER_MINUTE: '2',
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await api.close();
  });

  it('refuse a large picture with 429, not 413', async () => {
    for (let count = 0; ; count += 1) {
      const sent = request({
        host: '127.0.0.1',
        port: gateway.port,
        path: '/api/images',
        method: 'POST',
        headers: { 'x-forwarded-for': '192.0.2.3' },
        agent: false,
      });
      sent.on('error', () => undefined).end(Buffer.alloc(2 * 2 ** 20));
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(count < 3 ? 200 : 429);
      sent.destroy();
      if (count === 3) return;
    }
  });

  it.each([
    ['uploads', '/api/images', 3, '5'],
    ['sign-ins', '/api/session', 2, '30'],
  ])('limit the %s of one client, not its reads and not other clients', async (_, path, burst, seconds) => {
    const send = (address: string, method: string) =>
      ask(gateway, path, { method, headers: { 'x-forwarded-for': address } });
    for (let count = 0; count < burst; count += 1) expect((await send('192.0.2.1', 'POST')).status).toBe(200);
    const refused = await send('192.0.2.1', 'POST');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, seconds]);
    expect(jsonOf(refused)).toMatchObject({ status: 429, code: 'rate_limited' });
    for (let count = 0; count < 9; count += 1) expect((await send('192.0.2.1', 'GET')).status).toBe(200);
    expect((await send('192.0.2.2', 'POST')).status).toBe(200);
  });

  it.each([
    ['a token', { authorization: 'Bearer a-token' }],
    ['a session', { cookie: 'darkroom_session=abc' }],
  ])('leave uploads with %s to the api', async (_, known) => {
    const headers = { 'x-forwarded-for': '192.0.2.9', ...known };
    for (let count = 0; count < 9; count += 1)
      expect((await ask(gateway, '/api/images', { method: 'POST', headers })).status).toBe(200);
  });
});

describe.skipIf(!services().nginx)('the rate limit on uploads without a setting', () => {
  it.each([
    ['does not exist in open mode on a loopback address', { DARKROOM_PUBLISHED_ON: '127.0.0.1' }, false],
    ['applies in open mode where others reach it', { DARKROOM_PUBLISHED_ON: '0.0.0.0' }, true],
    [
      'applies where a token is needed',
      { DARKROOM_ACCESS: 'token', DARKROOM_PUBLISHED_ON: '127.0.0.1' },
      true,
    ],
  ])('%s', async (_, env, isLimited) => {
    const api = await startStubApi();
    const settings = { DARKROOM_ACCESS: 'open', DARKROOM_UPLOAD_BURST: '2', ...env };
    const gateway = await startGateway({ upstream: api.upstream, env: settings });
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await ask(gateway, '/api/images', { method: 'POST' })).status),
    );
    expect(statuses.includes(429)).toBe(isLimited);
    await gateway.stop();
    await api.close();
  });
});
