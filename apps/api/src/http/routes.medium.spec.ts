import { gzipSync } from 'node:zlib';
import { routes } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, jpegOf, multipart } from '../testing/multipart.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { problemOf } from '../testing/upload.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const ID = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

describe('paths and methods', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const paths = [...new Set(routes.map(({ path }) => path))].map((path) => [
    path.replace('{id}', ID).replace('{key}', 'uploads/x.jpg'),
    routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase()),
  ]) as [string, string[]][];

  it.each([...paths, ['/', ['GET']]] as [string, string[]][])(
    '%s accepts the documented methods and answers others with 405',
    async (path, documented) => {
      const accepted = documented.includes('GET') ? [...new Set([...documented, 'HEAD'])] : documented;
      for (const method of METHODS.filter((other) => !accepted.includes(other))) {
        const response = await api.ask(path, { method });
        const allow = response.headers.get('allow')?.split(', ').toSorted();
        expect([method, response.status, allow]).toEqual([method, 405, accepted.toSorted()]);
        if (method !== 'HEAD')
          expect(await problemOf(response)).toMatchObject({ code: 'method_not_allowed' });
      }
      for (const method of accepted.filter((one) => one === 'GET' || one === 'HEAD')) {
        const abort = new AbortController();
        const response = await api.ask(path, { method, redirect: 'manual', signal: abort.signal });
        expect([405, 500]).not.toContain(response.status);
        abort.abort();
      }
    },
  );

  const encoded = routes.filter(({ request }) => request !== undefined);
  it.each(encoded.map(({ method, path }) => [method.toUpperCase(), path.replace('{id}', ID)]))(
    '%s %s refuses a compressed body and names its encoding',
    async (method, path) => {
      const body = gzipSync('{"title":"x"}');
      for (const encoding of ['gzip', 'br, gzip', 'GZIP']) {
        const response = await api.ask(path, {
          method,
          body,
          headers: { 'content-encoding': encoding, 'content-type': 'application/json' },
        });
        expect(response.headers.get('accept-encoding')).toBe('identity');
        expect(await problemOf(response)).toMatchObject({
          status: 415,
          code: 'unsupported_media_type',
          detail: `Content-Encoding ${encoding} is not supported. Send the body unencoded.`,
        });
      }
      const plain = { 'content-encoding': 'identity', 'content-type': 'application/json' };
      const response = await api.ask(path, { method, body: '{}', headers: plain });
      expect(response.headers.get('accept-encoding')).toBeNull();
    },
  );

  it('a compressed upload is refused as compressed, not as an incomplete form', async () => {
    const { headers, body } = multipart([file(jpegOf(2_000))]);
    const response = await api.ask('/api/images', {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(body),
    });
    expect((await problemOf(response)).detail).toContain('Content-Encoding gzip');
  });

  it.each([
    '/nothing',
    '/api',
    '/api/',
    '/api/images/',
    '/api/imagesx',
    `/api/images/${ID}/nothing`,
    '/media',
    '/media/',
    '//',
    '/api/docs/../x',
    '/api/docs/swagger-ui.css.map',
    '/api/docs/..%2fpackage.json',
  ])('%s answers 404 with a problem', async (path) => {
    const response = await api.ask(`${api.url}${path}`);
    expect([404, 422, 403]).toContain(response.status);
    expect(['not_found', 'invalid_request', 'forbidden']).toContain((await problemOf(response)).code);
  });

  it('refuses a URL that cannot be decoded', async () => {
    for (const path of ['/api/images/%ZZ', '/api/images/%c0%80', '/media/%ZZ'])
      expect(await problemOf(await api.ask(path))).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('sends the request id with every answer, and accepts one from a proxy', async () => {
    const own = await api.ask('/api/nothing');
    expect((await problemOf(own)).instance).toBe(own.headers.get('x-request-id'));
    const given = { 'x-request-id': 'from-the-proxy-1' };
    expect((await api.ask('/healthz', { headers: given })).headers.get('x-request-id')).toBe(
      'from-the-proxy-1',
    );
    const bad = { 'x-request-id': 'a b"c' };
    expect((await api.ask('/healthz', { headers: bad })).headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    ['text that is not HTTP', 'hello\r\n\r\n', 400],
    ['an invalid header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
    [
      'headers that are too long',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
    [
      'two content lengths',
      'POST /api/images HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na',
      400,
    ],
    [
      'an invalid chunk',
      'PATCH /api/images/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('answers %s with a problem', async (_, text, status) => {
    const client = await rawRequest(api.port);
    await client.write(text);
    const answer = await client.rest();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(answer).toContain('"code":"invalid_request"');
  });
});
