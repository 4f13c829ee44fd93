import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, jsonOf } from './testing/ask.js';

const PAGE = '<!doctype html><title>Darkroom</title>';
const SCRIPT = 'console.log("a script of the page");'.repeat(50);
const IMAGE = '/images/01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

describe.skipIf(!services().nginx)('the page', () => {
  let gateway: Gateway;
  let web: string;

  beforeAll(async () => {
    web = await mkdtemp(path.join(tmpdir(), 'darkroom-web-'));
    await mkdir(path.join(web, 'assets'));
    await mkdir(path.join(web, '.git'));
    const files = {
      'index.html': PAGE,
      'index.html.gz': gzipSync(PAGE),
      'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '.git/config': 'secret',
      'assets/app-DXb2.js': SCRIPT,
      // Different content, which shows that nginx did not compress the script itself.
      'assets/app-DXb2.js.gz': gzipSync(`// precompressed\n${SCRIPT}`),
      'assets/app-DXb2.css': 'body { margin: 0 }',
    };
    for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(web, name), bytes);
    gateway = await startGateway({
      upstream: '127.0.0.1:9',
      web,
      env: { GATEWAY_IMAGE_ORIGINS: 'https://pictures.s3.example' },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await rm(web, { recursive: true });
  });

  it.each(['/', '/index.html', IMAGE, '/status', '/status?x=1'])(
    'is at %s, and browsers revalidate it',
    async (at) => {
      const page = await ask(gateway, at);
      expect([page.status, page.body.toString()]).toEqual([200, PAGE]);
      expect(page.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        etag: expect.any(String),
      });
      const again = await ask(gateway, at, { headers: { 'if-none-match': page.headers.etag ?? '' } });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    },
  );

  it('may load only its own files, and pictures from the storage', async () => {
    const { headers } = await ask(gateway, IMAGE);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https://pictures.s3.example; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'cross-origin-opener-policy': 'same-origin',
      server: 'nginx',
    });
  });

  it('has files with a hash in their name, which browsers cache forever', async () => {
    const { status, headers } = await ask(gateway, '/assets/app-DXb2.css');
    expect([status, headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('has other files, which browsers revalidate', async () => {
    const { status, headers } = await ask(gateway, '/favicon.svg');
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('is sent precompressed', async () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    const script = await ask(gateway, '/assets/app-DXb2.js', { headers });
    expect(script.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(gunzipSync(script.body).toString()).toBe(`// precompressed\n${SCRIPT}`);
    const page = await ask(gateway, IMAGE, { headers });
    expect(gunzipSync(page.body).toString()).toBe(PAGE);
    expect((await ask(gateway, '/assets/app-DXb2.js')).body.toString()).toBe(SCRIPT);
  });

  it.each([
    '/nothing',
    '/images',
    '/images/',
    '/images/1',
    `${IMAGE}/`,
    IMAGE.toUpperCase(),
    '/status/',
    '/assets/',
    '/assets/app-0000.js',
    '/.git/config',
    '/metrics',
    '/_problem',
    '/_media/uploads/x.jpg',
    '/api',
    '/media',
    '/_media/',
    '//nothing',
  ])('is not at %s', async (at) => {
    const answer = await ask(gateway, at);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(jsonOf(answer)).toMatchObject({
      status: 404,
      code: 'not_found',
      instance: answer.headers['x-request-id'],
    });
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await ask(gateway, '/favicon.svg', { method });
    expect(jsonOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});
