import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { inputFormats, outputFormats } from '@darkroom/contracts';
import { createBucket, type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { file, jpegOf } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, upload, uploadOne } from '../testing/upload.js';

const BYTES = jpegOf(2_000);

describe.each([
  ['from the api', false],
  ['from nginx in front of it', true],
])('signed links of a folder, %s,', (_, inFront) => {
  if (inFront && !services().nginx) return;
  let api: TestApi;
  let gateway: Gateway | undefined;
  let front: { url: string; port: number };
  let link: string;
  let id: string;

  beforeAll(async () => {
    api = await startApi(inFront ? { DARKROOM_ACCEL_REDIRECT: '/_media/' } : {});
    if (inFront) gateway = await startGateway({ upstream: `127.0.0.1:${api.port}`, media: api.media });
    front = gateway ?? api;
  });
  beforeEach(async () => {
    const image = await uploadOne(api);
    ({ id } = image);
    link = image.original.url;
  });
  afterAll(async () => {
    await gateway?.stop();
    await api.close();
  });

  const open = (path: string, init: RequestInit = {}) => fetch(new URL(path, front.url), init);
  const get = (headers: Record<string, string> = {}, method = 'GET') => open(link, { headers, method });
  /** Sends the path unchanged; `fetch` would normalize it. */
  const status = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port: front.port, host: '127.0.0.1', path });
      request.once('response', (response: IncomingMessage) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.once('error', reject);
      request.end();
    });

  it('return the bytes, with headers that block scripts and allow caching', async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '2000',
      'accept-ranges': 'bytes',
      'content-disposition': 'inline; filename="picture.jpg"',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[^"]+"$/),
      'last-modified': expect.stringMatching(/GMT$/),
      'cache-control': expect.stringMatching(/^private, immutable, max-age=\d+$/),
    });
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    const seconds = Number(response.headers.get('cache-control')?.match(/\d+$/)?.[0]);
    expect(seconds).toBeGreaterThan(1_790);
    expect(seconds).toBeLessThanOrEqual(3_600);
  });

  const types = new Map<string, string>([
    ...Object.entries(inputFormats).map(([type, { extensions }]) => [extensions[0], type] as const),
    ...Object.values(outputFormats).map(({ extension, contentType }) => [extension, contentType] as const),
  ]);
  it.each([...types])('for .%s say %s', async (extension, type) => {
    const key = `uploads/${id}/other.${extension}`;
    await writeFile(join(api.media, key), BYTES);
    const expiresAt = new Date(Date.now() + 60_000);
    const response = await open(
      await api.platform.storage.link(key, { issuedAt: new Date(), expiresAt, filename: 'x' }),
    );
    expect(response.headers.get('content-type')).toBe(type);
  });

  it('are equal for the same picture', async () => {
    const again = await answerOf<{ original: { url: string } }>(await api.ask(`/api/images/${id}`), 200);
    const later = await answerOf<{ original: { url: string } }>(await api.ask(`/api/images/${id}`), 200);
    expect(again.original.url).toBe(later.original.url);
  });

  it('answer HEAD with the same headers and without a body', async () => {
    const [head, whole] = [await get({}, 'HEAD'), await get()];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    for (const name of ['content-length', 'etag', 'content-type', 'content-disposition', 'accept-ranges'])
      expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
  });

  // nginx answers HEAD with the range of a GET.
  it.skipIf(inFront)('ignore the range of a HEAD, because ranges are defined only for GET', async () => {
    for (const range of ['bytes=0-9', 'bytes=5000-']) {
      const head = await get({ range }, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '2000']);
    }
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=1990-', 1_990, 1_999],
    ['bytes=1990-99999', 1_990, 1_999],
    ['bytes=-10', 1_990, 1_999],
    ['bytes=-99999', 0, 1_999],
  ])('answer %s with that range', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/2000`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=2000-', 'bytes=2000-3000', 'bytes=-0'])('answer %s with 416', async (range) => {
    const response = await get({ range });
    expect(response.headers.get('content-range')).toBe('bytes */2000');
    expect(await problemOf(response)).toMatchObject({ status: 416, code: 'invalid_request' });
  });

  // A server may ignore or refuse an invalid range (RFC 9110 section 14.2); nginx refuses some of them.
  const noRanges = inFront ? [] : ['bytes=5-2', 'bytes=a-b'];
  it.each([...noRanges, 'bytes=', 'items=0-1', 'bytes=0-1,3-4', 'bytes=0-1, 3-4'])(
    'answer %s with the whole file',
    async (range) => {
      const response = await get({ range });
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 2_000]);
    },
  );

  it('honour If-Range and If-None-Match', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    const range = 'bytes=0-9';
    expect((await get({ range, 'if-range': etag })).status).toBe(206);
    expect((await get({ range, 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ range, 'if-range': `W/${etag}` })).status).toBe(200);
    expect((await get({ range: 'bytes=9999-', 'if-range': '"other"' })).status).toBe(200);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await get({ 'if-none-match': tag });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
      expect(response.headers.get('cache-control')).toMatch(/^private, immutable/);
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('honour If-Match, If-Unmodified-Since and If-Modified-Since, for HEAD too', async () => {
    const { headers } = await get();
    const [etag, modified] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
    const before = new Date(Date.parse(modified) - 60_000).toUTCString();
    for (const method of ['GET', 'HEAD']) {
      const statusWith = async (conditions: Record<string, string>) => (await get(conditions, method)).status;
      expect(await statusWith({ 'if-match': etag })).toBe(200);
      expect(await statusWith({ 'if-match': '*' })).toBe(200);
      expect(await statusWith({ 'if-match': '"other"' })).toBe(412);
      expect(await statusWith({ 'if-match': `W/${etag}` })).toBe(412);
      expect(await statusWith({ 'if-unmodified-since': modified })).toBe(200);
      expect(await statusWith({ 'if-unmodified-since': before })).toBe(412);
      expect(await statusWith({ 'if-modified-since': modified })).toBe(304);
      expect(await statusWith({ 'if-modified-since': before })).toBe(200);
    }
    const failed = await get({ 'if-match': '"other"', range: 'bytes=0-9' });
    expect(await problemOf(failed)).toMatchObject({ status: 412, code: 'invalid_request' });
    expect((await get({ range: 'bytes=0-9', 'if-range': modified })).status).toBe(206);
    expect((await get({ range: 'bytes=0-9', 'if-range': before })).status).toBe(200);
  });

  it('refuse any changed byte', async () => {
    // nginx may cache the api's verdict on the valid link.
    for (let tries = 0; tries < 3; tries += 1) expect(await status(link)).toBe(200);
    const { length } = link;
    for (let at = '/media/'.length; at < length; at += 1) {
      const other = link[at] === 'A' ? 'B' : 'A';
      const changed = `${link.slice(0, at)}${other}${link.slice(at + 1)}`;
      expect([changed, await status(changed)]).toEqual([changed, 403]);
    }
  });

  it('refuse added, missing, repeated and rewritten parts', async () => {
    const signature = link.match(/signature=[^&]+/)?.[0] ?? '';
    const others = [
      `${link}&x=1`,
      `${link}&`,
      `${link}&${signature}`,
      link.replace(`&${signature}`, ''),
      link.replace(/&filename=[^&]+/, ''),
      link.split('?')[0] ?? '',
      link.replace('uploads', '%75ploads'),
      link.replace('/media/', '/media//'),
      link.replace('/media/', '/media/x/../'),
      link.replace('/media/uploads', '/media/../media/uploads'),
      `/media/..%2f..%2fetc%2fpasswd?${link.split('?')[1]}`,
      '/media/.incoming/x',
    ];
    for (const other of others)
      expect([other, [400, 403, 404, 422]]).toEqual([other, expect.arrayContaining([await status(other)])]);
    expect(await status(link)).toBe(200);
  });

  it('answer 404 when the picture is deleted, by the api or from the folder', async () => {
    await rm(join(api.media, 'uploads', id), { recursive: true });
    expect(await problemOf(await get())).toMatchObject({ status: 404, code: 'not_found' });
    expect((await get({}, 'HEAD')).status).toBe(404);
  });

  it('are invalid as soon as a delete is answered', async () => {
    for (let tries = 0; tries < 3; tries += 1) expect((await get()).status).toBe(200);
    expect((await api.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await problemOf(await get())).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('send any file name safely in their headers', async () => {
    const name = "'; evil='1\u202egpj.exe, größe 猫.jpg";
    const answer = await answerOf<{ items: { original: { url: string } }[] }>(
      await upload(api, [file(BYTES, name)]),
      202,
    );
    const response = await open(answer.items[0]?.original.url ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(
      /^inline; filename="[^"%]*"; filename\*=UTF-8''[\w.%-]+$/,
    );
  });

  it.runIf(process.platform === 'linux')(
    'close the file when a client disconnects during the download',
    async () => {
      const big = jpegOf(5_000_000);
      const answer = await answerOf<{ items: { original: { url: string } }[] }>(
        await upload(api, [file(big)]),
        202,
      );
      const handles = async () => {
        const names = await readdir('/proc/self/fd');
        const paths = await Promise.all(
          names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
        );
        return paths.filter((path) => path.startsWith(api.media));
      };
      const path = answer.items[0]?.original.url ?? '';
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const abort = new AbortController();
          const response = await open(path, { signal: abort.signal });
          expect(response.status).toBe(200);
          abort.abort();
        }),
      );
      await eventually(handles, (left) => left.length === 0);
    },
  );
});

describe('links of a picture that expires', () => {
  it('never outlive it', async () => {
    const api = await startApi();
    const image = await uploadOne(api, { name: 'expiresIn', value: '60' });
    const expires = Number(new URL(image.original.url, api.url).searchParams.get('expires'));
    expect(expires * 1_000).toBeLessThanOrEqual(Date.parse(image.expiresAt ?? ''));
    await api.close();
  });

  it('end with it if its expiry was shortened after they were made, even before its bytes are removed', async () => {
    const api = await startApi();
    const [image, other] = [await uploadOne(api), await uploadOne(api)];
    const sooner = await api.ask(`/api/images/${image.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expiresIn: 60 }),
    });
    expect(sooner.status).toBe(200);
    expect((await api.ask(image.original.url)).status).toBe(200);
    await api.sql(`update images set expires_at = now() where id = '${image.id}'`);
    const statuses = await Promise.all(
      [image, other].map(async ({ original }) => (await api.ask(original.url)).status),
    );
    expect(statuses).toEqual([404, 200]);
    expect(await api.stored()).toHaveLength(2);
    await api.close();
  });

  it('answer 403 when they have expired', async () => {
    const api = await startApi();
    const { id, original } = await uploadOne(api);
    const expired = await api.platform.storage.link(`uploads/${id}/original.jpg`, {
      issuedAt: new Date(Date.now() - 100_000),
      expiresAt: new Date(Date.now() - 1_000),
      filename: 'picture.jpg',
    });
    expect((await api.ask(original.url)).status).toBe(200);
    expect(await problemOf(await api.ask(expired))).toMatchObject({ status: 403, code: 'forbidden' });
    await api.close();
  });
});

const { s3 } = services();

describe.skipIf(!s3)('links of S3', () => {
  let api: TestApi;

  beforeAll(async () => {
    if (!s3) return;
    // The SDK reads its credentials from the environment.
    vi.stubEnv('AWS_ACCESS_KEY_ID', s3.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.secretAccessKey);
    api = await startApi({
      DARKROOM_STORAGE: 's3',
      DARKROOM_BUCKET: await createBucket(s3),
      AWS_REGION: s3.region,
      AWS_ENDPOINT_URL: s3.endpoint,
    });
  });
  afterAll(async () => {
    await api.close();
    vi.unstubAllEnvs();
  });

  it('are absolute, need no session, and are invalid once the picture is deleted', async () => {
    const { id, original } = await uploadOne(api);
    expect(original.url).toMatch(/^http.*X-Amz-Signature=/);
    const response = await fetch(original.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-disposition')).toContain('picture.jpg');
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true);
    expect((await api.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(original.url)).status).toBe(404);
  });

  it('make /media of the api answer 404', async () => {
    const { id } = await uploadOne(api);
    const response = await api.ask(`/media/uploads/${id}/original.jpg?expires=9999999999&signature=x`);
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('are unaffected by a refused upload', async () => {
    const kept = await uploadOne(api);
    const refused = await upload(api, [file(BYTES), { name: 'colour', value: 'red' }]);
    expect(refused.status).toBe(422);
    expect((await fetch(kept.original.url)).status).toBe(200);
    const left: string[] = [];
    for await (const { key } of api.platform.storage.list('uploads/')) left.push(key);
    expect(left).toContain(`uploads/${kept.id}/original.jpg`);
    expect(left).toHaveLength((await api.sql('select 1 from images')).length);
  });
});
