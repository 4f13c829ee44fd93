import { routes, type SessionAnswer } from '@darkroom/contracts';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field } from '../testing/multipart.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi, TOKEN } from '../testing/start-api.js';
import { answerOf, problemOf, upload, uploadOne } from '../testing/upload.js';

const ID = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
const TOKEN_MODE = { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN };
const BEARER = { authorization: `Bearer ${TOKEN}` };

/** `fetch` sets Host and Sec-Fetch-Site itself; only the raw client lets a test choose them. */
function statusWith(
  api: TestApi,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: api.port, host: '127.0.0.1', path, method, headers });
    request.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.once('error', reject);
    request.end();
  });
}

function signIn(api: TestApi, headers: Record<string, string> = {}, token = TOKEN): Promise<Response> {
  return api.ask('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
}

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('token mode', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(TOKEN_MODE);
  });
  afterAll(() => api.close());

  const closed = routes
    .filter(({ access }) => access === 'token')
    .map(({ method, path }) => [method.toUpperCase(), path.replace('{id}', ID)]) as [string, string][];

  it.each([...closed, ['HEAD', '/api/images'], ['HEAD', '/api/events']] as [string, string][])(
    '%s %s needs a token or a session',
    async (method, path) => {
      const response = await api.ask(path, { method });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      if (method !== 'HEAD') expect((await problemOf(response)).code).toBe('unauthorized');
      const cookie = { cookie: `darkroom_session=${'A'.repeat(43)}` };
      expect((await api.ask(path, { method, headers: cookie })).status).toBe(401);
    },
  );

  it.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/session',
    '/api/docs',
    '/api/openapi.json',
    '/api/docs/start.js',
  ])('%s needs no token', async (path) => {
    expect((await api.ask(path)).status).toBe(200);
  });

  it.each([
    ['Bearer', 200],
    ['bearer', 200],
    ['BEARER ', 200],
    ['Basic', 401],
    ['', 401],
  ])('answers the scheme "%s" with %i', async (scheme, status) => {
    const headers = { authorization: `${scheme} ${TOKEN}`.trim() };
    expect((await api.ask('/api/images', { headers })).status).toBe(status);
    await api.ask('/api/images', { headers: BEARER });
  });

  it('refuses a wrong token without reading the upload', async () => {
    const headers = { authorization: 'Bearer wrong' };
    expect((await upload(api, [field('title', 'x')], headers)).status).toBe(401);
    expect((await api.ask('/api/images', { headers: BEARER })).status).toBe(200);
  });

  it('signs in with a cookie that no script can read, and ends the session on the server at sign-out', async () => {
    const answer = await signIn(api);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const attributes = answer.headers.get('set-cookie')?.split('; ').toSorted();
    expect(attributes).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/',
      'SameSite=Strict',
      expect.stringMatching(/^darkroom_session=[\w-]{43}$/),
    ]);
    const cookie = cookieOf(answer);
    expect((await api.ask('/api/images', { headers: { cookie } })).status).toBe(200);
    const session = (headers: Record<string, string>) =>
      api.ask('/api/session', { headers }).then((response) => answerOf<SessionAnswer>(response, 200));
    expect(await session({ cookie })).toEqual({ access: 'token', signedIn: true });
    expect(await session({})).toEqual({ access: 'token', signedIn: false });
    const out = await api.ask('/api/session', { method: 'DELETE', headers: { cookie } });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^darkroom_session=; Max-Age=0;/);
    expect((await api.ask('/api/images', { headers: { cookie } })).status).toBe(401);
    expect(await session({ cookie })).toEqual({ access: 'token', signedIn: false });
    expect((await api.ask('/api/session', { method: 'DELETE', headers: { cookie } })).status).toBe(204);
  });

  it('does not store the session id in the database', async () => {
    const id = cookieOf(await signIn(api)).split('=')[1];
    const rows = await api.sql('select encode(id_hash, $1) as hash from sessions', ['escape']);
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  it.each([
    ['no body', undefined],
    ['malformed JSON', '{'],
    ['no token', '{}'],
    ['a token that is not a text', '{"token":5}'],
    ['another field', `{"token":"${TOKEN}","admin":true}`],
    ['a NUL', '{"token":"a\\u0000"}'],
  ])('refuses to sign in with %s', async (_, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await api.ask('/api/session', {
      method: 'POST',
      headers,
      ...(body !== undefined && { body }),
    });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(response.headers.has('set-cookie')).toBe(false);
  });

  it('extends a session in use, at intervals', async () => {
    await api.sql('delete from sessions');
    const cookie = cookieOf(await signIn(api));
    expect((await api.ask('/api/images', { headers: { cookie } })).headers.has('set-cookie')).toBe(false);
    await api.sql(`update sessions set expires_at = now() + interval '1 day'`);
    const slid = await api.ask('/api/images', { headers: { cookie } });
    expect(slid.headers.get('set-cookie')).toContain(cookie);
    expect(slid.headers.get('set-cookie')).toContain('Max-Age=2592000');
    const [left] = await api.sql<{ soon: boolean }>(
      `select min(expires_at) < now() + interval '2 days' as soon from sessions`,
    );
    expect(left?.soon).toBe(false);
  });

  it('ends an unused session', async () => {
    const cookie = cookieOf(await signIn(api));
    await api.sql('update sessions set expires_at = now()');
    expect((await api.ask('/api/images', { headers: { cookie } })).status).toBe(401);
  });

  it('refuses the cookie from another site, and accepts it from its own', async () => {
    const cookie = cookieOf(await signIn(api));
    const asked = (headers: Record<string, string>, method?: string) =>
      statusWith(api, '/api/images', { cookie, ...headers }, method);
    expect(await asked({ origin: 'https://evil.example' })).toBe(403);
    expect(await asked({ origin: 'null' })).toBe(403);
    expect(await asked({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await asked({ origin: 'https://evil.example' }, 'POST')).toBe(403);
    expect(await asked({ origin: api.url, host: `127.0.0.1:${api.port}` })).toBe(200);
    expect(await asked({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    // A browser does not add the token to the header automatically.
    expect(await statusWith(api, '/api/images', { ...BEARER, origin: 'https://evil.example' })).toBe(200);
  });

  it('refuses a sign-in or sign-out from another site', async () => {
    expect((await signIn(api, { origin: 'https://evil.example' })).status).toBe(403);
    const cookie = cookieOf(await signIn(api));
    const headers = { cookie, origin: 'https://evil.example' };
    expect((await api.ask('/api/session', { method: 'DELETE', headers })).status).toBe(403);
    expect((await api.ask('/api/images', { headers: { cookie } })).status).toBe(200);
  });

  it('opens signed links without a session', async () => {
    const form = await upload(
      api,
      [{ name: 'file', filename: 'a.jpg', value: Buffer.from('\xff\xd8\xff\xe0', 'latin1') }],
      BEARER,
    );
    const { items } = await answerOf<{ items: { original: { url: string } }[] }>(form, 202);
    expect((await api.ask(items[0]?.original.url ?? '')).status).toBe(200);
  });
});

describe('an unknown caller', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi(TOKEN_MODE);
  });
  afterAll(() => api.close());

  it.each([
    ['PATCH', `/api/images/${ID}`, 'application/json', '{broken'],
    ['PATCH', `/api/images/${ID}`, 'text/plain', 'text'],
    ['PATCH', '/api/images/no-id', 'application/json', '{}'],
    ['POST', '/api/images', 'application/x-www-form-urlencoded', 'a=b'],
    ['POST', '/api/images', 'multipart/form-data', 'no boundary'],
    ['DELETE', '/api/images/no-id', 'text/plain', 'text'],
  ])('is refused before %s %s with %s is checked further', async (method, path, type, body) => {
    const answer = await api.ask(path, { method, headers: { 'content-type': type }, body });
    expect(answer.status).toBe(401);
    expect((await problemOf(answer)).code).toBe('unauthorized');
  });
});

describe('failed tries', () => {
  it('throttle the address, even with the right token, until the time is over', async () => {
    const api = await startApi(TOKEN_MODE);
    const wrong = () => api.ask('/api/images', { headers: { authorization: 'Bearer wrong' } });
    for (let tries = 0; tries < 5; tries += 1) expect((await wrong()).status).toBe(401);
    const slowed = await wrong();
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await signIn(api)).status).toBe(429);
    await expect
      .poll(async () => (await api.ask('/api/images', { headers: BEARER })).status, { timeout: 10_000 })
      .toBe(200);
    // The count starts again.
    expect((await wrong()).status).toBe(401);
    await api.close();
  });

  it('are counted per address from a trusted proxy', async () => {
    const api = await startApi({ ...TOKEN_MODE, DARKROOM_TRUSTED_PROXIES: 'loopback' });
    const wrong = (address: string) =>
      api.ask('/api/images', { headers: { authorization: 'Bearer wrong', 'x-forwarded-for': address } });
    for (let tries = 0; tries < 5; tries += 1) await wrong('203.0.113.1');
    expect((await wrong('203.0.113.1')).status).toBe(429);
    expect((await wrong('203.0.113.2')).status).toBe(401);
    // A client can send any address; the proxy appends the real one.
    expect((await wrong('203.0.113.9, 203.0.113.1')).status).toBe(429);
    await api.close();
  });

  it('are not counted per address from an untrusted client', async () => {
    const api = await startApi(TOKEN_MODE);
    const statuses: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': `203.0.113.${tries}` };
      statuses.push((await api.ask('/api/images', { headers })).status);
    }
    expect(statuses.at(-1)).toBe(429);
    await api.close();
  });
});

describe('the cookie behind TLS', () => {
  it.each([
    ['a trusted proxy', { DARKROOM_TRUSTED_PROXIES: 'loopback' }, true],
    ['an untrusted client', {}, false],
  ])('with https from %s, has Secure: %o', async (_, env, secure) => {
    const api = await startApi({ ...TOKEN_MODE, ...env });
    const answer = await signIn(api, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')?.split('; ').includes('Secure')).toBe(secure);
    await api.close();
  });
});

describe('open mode', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi({ DARKROOM_ORIGIN: 'https://pictures.example.org,http://nas:8080' });
  });
  afterAll(() => api.close());

  const ask = (headers: Record<string, string>, path = '/api/images', method = 'GET') =>
    statusWith(api, path, { host: `127.0.0.1:${api.port}`, ...headers }, method);

  it.each([
    ['127.0.0.1', 200],
    ['127.8.9.10:80', 200],
    ['localhost:8080', 200],
    ['LOCALHOST', 200],
    ['darkroom.localhost', 200],
    ['[::1]:8080', 200],
    ['pictures.example.org', 200],
    ['PICTURES.example.org', 200],
    ['nas:8080', 200],
    ['nas', 403],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example', 403],
    ['evil.example@localhost', 403],
    ['localhost/evil.example', 403],
    ['192.168.1.5', 403],
  ])('answers under the name "%s" with %i', async (host, status) => {
    expect(await ask({ host })).toBe(status);
    expect(await ask({ host }, '/api/docs')).toBe(status);
    expect(await ask({ host }, '/api/session')).toBe(status);
    expect(await ask({ host }, '/healthz')).toBe(200);
  });

  it.each<[string, Record<string, string>, number]>([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a link of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['itself', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['a listed origin', { origin: 'https://pictures.example.org' }, 200],
    ['a listed origin of another site', { origin: 'http://nas:8080', 'sec-fetch-site': 'cross-site' }, 200],
    ['an origin similar to a listed one', { origin: 'http://pictures.example.org' }, 403],
  ])('answers a request from %s', async (_, headers, status) => {
    expect(await ask(headers)).toBe(status);
    const { id } = await uploadOne(api);
    expect(await ask(headers, `/api/images/${id}`, 'DELETE')).toBe(status === 200 ? 204 : 403);
  });

  it('accepts its own origin', async () => {
    expect(await ask({ origin: api.url })).toBe(200);
  });

  it('refuses a request without a host', async () => {
    const client = await rawRequest(api.port);
    await client.write('GET /api/images HTTP/1.0\r\n\r\n');
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('signs in without a token and without a cookie', async () => {
    for (const init of [{}, { body: '{"token":"x"}', headers: { 'content-type': 'application/json' } }]) {
      const response = await api.ask('/api/session', { method: 'POST', ...init });
      expect([response.status, response.headers.get('set-cookie'), await response.text()]).toEqual([
        204,
        null,
        '',
      ]);
    }
    expect(await answerOf(await api.ask('/api/session'), 200)).toEqual({ access: 'open', signedIn: true });
    expect((await api.ask('/api/session', { method: 'DELETE' })).status).toBe(204);
  });
});

describe('the metrics', () => {
  const METRICS_TOKEN = 'a-token-for-metrics-only';
  const elsewhere = { 'x-forwarded-for': '203.0.113.5' };

  it.each<[string, Record<string, string>, [string, number][]]>([
    [
      'in token mode',
      TOKEN_MODE,
      [
        ['', 401],
        [`Bearer ${TOKEN}`, 200],
        [`Bearer ${METRICS_TOKEN}`, 401],
      ],
    ],
    [
      'in token mode with a token for metrics',
      { ...TOKEN_MODE, DARKROOM_METRICS_TOKEN: METRICS_TOKEN },
      [
        ['', 401],
        [`Bearer ${TOKEN}`, 200],
        [`Bearer ${METRICS_TOKEN}`, 200],
        ['Bearer wrong', 401],
      ],
    ],
    ['in open mode', {}, [['', 401]]],
    [
      'in open mode with a token for metrics',
      { DARKROOM_METRICS_TOKEN: METRICS_TOKEN },
      [
        ['', 401],
        [`Bearer ${METRICS_TOKEN}`, 200],
        ['Bearer wrong', 401],
      ],
    ],
  ])('are for callers with a token if the request comes from elsewhere: %s', async (_, env, expected) => {
    const api = await startApi(env);
    for (const [authorization, status] of expected) {
      const response = await api.ask('/metrics', { headers: { ...elsewhere, authorization } });
      expect([authorization, response.status]).toEqual([authorization, status]);
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    }
    expect((await api.ask('/metrics')).status).toBe(200);
    await api.close();
  });

  it('are all that a token for metrics may read', async () => {
    const api = await startApi({ ...TOKEN_MODE, DARKROOM_METRICS_TOKEN: METRICS_TOKEN });
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await api.ask('/api/images', { headers })).status).toBe(401);
    await api.close();
  });

  it('slow down an address that guesses', async () => {
    const api = await startApi(TOKEN_MODE);
    const headers = { ...elsewhere, authorization: 'Bearer wrong' };
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await api.ask('/metrics', { headers })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    await api.close();
  });
});

describe('rate limits', () => {
  it('throttle uploads with a token together, from whatever address', async () => {
    const api = await startApi({
      ...TOKEN_MODE,
      DARKROOM_UPLOADS_PER_MINUTE: '1',
      DARKROOM_UPLOAD_BURST: '2',
      DARKROOM_TRUSTED_PROXIES: 'loopback',
    });
    const send = (address: string) =>
      upload(api, [field('title', 'x')], { ...BEARER, 'x-forwarded-for': address });
    const statuses = [];
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
      statuses.push((await send(address)).status);
    expect(statuses).toEqual([422, 422, 429]);
    await api.close();
  });

  it('do not exist in open mode on a loopback address', async () => {
    const api = await startApi({ DARKROOM_UPLOADS_PER_MINUTE: '', DARKROOM_UPLOAD_BURST: '1' });
    for (let count = 0; count < 5; count += 1)
      expect((await upload(api, [field('title', 'x')])).status).toBe(422);
    await api.close();
  });

  it('throttle uploads per address in open mode', async () => {
    const api = await startApi({
      DARKROOM_UPLOADS_PER_MINUTE: '1',
      DARKROOM_UPLOAD_BURST: '2',
      DARKROOM_TRUSTED_PROXIES: 'loopback',
    });
    const send = (address: string) => upload(api, [field('title', 'x')], { 'x-forwarded-for': address });
    expect([(await send('203.0.113.1')).status, (await send('203.0.113.1')).status]).toEqual([422, 422]);
    const slowed = await send('203.0.113.1');
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await problemOf(slowed)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await send('203.0.113.2')).status).toBe(422);
    await api.close();
  });

  it('throttle sign-ins', async () => {
    const api = await startApi({ ...TOKEN_MODE, DARKROOM_SIGN_INS_PER_MINUTE: '2' });
    expect([(await signIn(api)).status, (await signIn(api)).status]).toEqual([204, 204]);
    const slowed = await signIn(api);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await problemOf(slowed)).toMatchObject({ status: 429, code: 'rate_limited' });
    await api.close();
  });
});
