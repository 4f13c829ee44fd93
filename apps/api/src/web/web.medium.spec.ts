import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi, TOKEN } from '../testing/start-api.js';
import { problemOf } from '../testing/upload.js';

const PAGE = '<!doctype html><title>Gallery</title><script type="module" src="/assets/app-1a2b.js"></script>';
const SCRIPT = 'console.log("gallery");'.repeat(50);
const ID = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-web-'));
  await mkdir(path.join(folder, 'assets'));
  const files: Record<string, string | Buffer> = {
    'index.html': PAGE,
    'index.html.br': brotliCompressSync(PAGE),
    'index.html.gz': gzipSync(PAGE),
    'assets/app-1a2b.js': SCRIPT,
    'assets/app-1a2b.js.br': brotliCompressSync(SCRIPT),
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '.inputs': 'secret',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the gallery', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ DARKROOM_WEB: folder });
  });
  afterAll(() => api.close());

  it.each(['/', `/images/${ID}`, '/status', '/?q=sea', '/status?'])('is at %s', async (url) => {
    const response = await api.ask(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await response.text()).toBe(PAGE);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('lets nothing run that is not its own', async () => {
    const { headers } = await api.ask('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  it('is asked for again, and sent again when it is another', async () => {
    const first = await api.ask('/', { headers: { 'accept-encoding': 'identity' } });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    const headers = {
      'accept-encoding': 'identity',
      'if-none-match': `"other", ${etag}`,
      // As browsers send it; fetch() alone would send `no-cache`, which asks for the file itself.
      'cache-control': 'max-age=0',
    };
    const again = await api.ask('/', { headers });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    const other = await api.ask('/', { headers: { ...headers, 'accept-encoding': 'br' } });
    expect(other.status).toBe(200);
  });

  it('caches files with a hash in their name for a year, and files at the root for an hour', async () => {
    const script = await api.ask('/assets/app-1a2b.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const icon = await api.ask('/icon.svg');
    expect(icon.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(icon.headers.get('content-type')).toBe('image/svg+xml');
  });

  it('is sent as compressed by the build to clients that accept it', async () => {
    const client = await rawRequest(api.port);
    await client.write(
      'GET /assets/app-1a2b.js HTTP/1.0\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n\r\n',
    );
    const answer = await client.rest();
    expect(answer).toMatch(/content-encoding: br\r\n/i);
    expect(answer).toMatch(/vary: accept-encoding\r\n/i);
    expect(answer).toMatch(new RegExp(`content-length: ${brotliCompressSync(SCRIPT).length}\r\n`, 'i'));
    for (const [accepted, coding] of [
      ['br', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await api.ask('/', { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding')).toBe(coding);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      expect(await response.text()).toBe(PAGE);
    }
    expect(brotliDecompressSync(brotliCompressSync(PAGE)).toString()).toBe(PAGE);
  });

  it.each([
    '/nothing',
    '/images',
    '/images/',
    '/images/not-an-id',
    `/images/${ID}/nothing`,
    '/status/',
    '/assets',
    '/assets/',
    '/assets/app-1a2b.js.br',
    '/assets/app-1a2b.js/nothing',
    '/assets/nothing.js',
    `/assets/${'a'.repeat(300)}.js`,
    '/assets//app-1a2b.js',
    '/assets/./app-1a2b.js',
    '/assets/%00.js',
    '/assets/..%5cindex.html',
    '/assets/../index.html',
    '/assets/..%2f..%2fpackage.json',
    '/index.html',
    '/.inputs',
    '/__proto__',
  ])('%s is not there, as a problem', async (url) => {
    const client = await rawRequest(api.port);
    await client.write(`GET ${url} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 404 [\s\S]+"code":"not_found"/);
  });

  it('does not let a missing file be cached', async () => {
    const { headers } = await api.ask('/assets/nothing.js');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('refuses a failed condition, as a problem', async () => {
    const response = await api.ask('/', { headers: { 'if-match': '"other"' } });
    expect(await problemOf(response)).toMatchObject({ code: 'invalid_request' });
  });

  it('accepts GET and HEAD', async () => {
    for (const url of ['/', '/status', `/images/${ID}`, '/assets/app-1a2b.js']) {
      const head = await api.ask(url, { method: 'HEAD' });
      expect([url, head.status, await head.text()]).toEqual([url, 200, '']);
      const post = await api.ask(url, { method: 'POST' });
      expect(await problemOf(post)).toMatchObject({ code: 'method_not_allowed' });
      expect(post.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  it('is another one soon after it is built again', async () => {
    const before = (await api.ask('/new.txt')).status;
    await writeFile(path.join(folder, 'new.txt'), 'first');
    const text = async () => (await api.ask('/new.txt')).text();
    expect([before, await text()]).toEqual([404, 'first']);
    await writeFile(path.join(folder, 'new.txt'), 'the second');
    await eventually(text, (now) => now === 'the second');
    await rm(path.join(folder, 'new.txt'));
    await eventually(
      async () => (await api.ask('/new.txt')).status,
      (status) => status === 404,
    );
  });

  it('sends a whole file whatever the range', async () => {
    const response = await api.ask('/icon.svg', { headers: { range: 'bytes=0-3' } });
    expect(response.status).toBe(200);
    expect(response.headers.has('accept-ranges')).toBe(false);
  });

  it('is nothing for the pages of strangers', async () => {
    const client = await rawRequest(api.port);
    await client.write('GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n');
    expect(await client.rest()).toContain('"code":"forbidden"');
  });
});

it('the gallery needs no token: it asks for one', async () => {
  const api = await startApi({ DARKROOM_WEB: folder, DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN });
  try {
    expect((await api.ask('/')).status).toBe(200);
    expect((await api.ask('/assets/app-1a2b.js')).status).toBe(200);
    expect((await api.ask('/api/images')).status).toBe(401);
  } finally {
    await api.close();
  }
});

it('a folder without a page is told at the start', async () => {
  await expect(startApi({ DARKROOM_WEB: path.join(folder, 'assets') })).rejects.toThrow(
    /DARKROOM_WEB: expected .+, got ".+assets", which has no index\.html/,
  );
});
