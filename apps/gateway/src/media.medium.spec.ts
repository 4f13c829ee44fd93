import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, jsonOf } from './testing/ask.js';
import { type Answer, startStubApi, type StubApi } from './testing/stub-api.js';

const FOLDER = '/media/uploads/1';
const BYTES = Buffer.from('the bytes of a picture');
const HEADERS = {
  'cache-control': 'private, immutable, max-age=100',
  'content-disposition': 'inline; filename="a.jpg"',
  'content-security-policy': 'sandbox',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=1',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

/** The answer of the api to a valid link. */
const accept: Answer = (request, response) => {
  const file = new URL(request.url ?? '', 'http://api').pathname.replace('/media/', '/_media/');
  response.writeHead(200, { ...HEADERS, 'x-accel-redirect': file }).end();
};
const refuse: Answer = (_, response) => {
  response.writeHead(403, { 'content-type': 'application/problem+json' }).end('{"code":"forbidden"}');
};

describe.skipIf(!services().nginx)('signed links', () => {
  let api: StubApi;
  let gateway: Gateway;
  let media: string;
  let links = 0;
  let link: string;

  beforeAll(async () => {
    media = await mkdtemp(path.join(tmpdir(), 'darkroom-media-'));
    await mkdir(path.join(media, 'uploads', '1'), { recursive: true });
    api = await startStubApi();
    gateway = await startGateway({ upstream: api.upstream, media });
  });
  beforeEach(async () => {
    await writeFile(path.join(media, 'uploads', '1', 'a.jpg'), BYTES);
    links += 1;
    link = `${FOLDER}/a.jpg?signature=${links}`;
    api.answer = accept;
    api.requests.length = 0;
  });
  afterAll(async () => {
    await gateway.stop();
    await api.close();
    await rm(media, { recursive: true });
  });

  const statuses = async (count: number, at = link): Promise<number[]> => {
    const seen: number[] = [];
    for (let asked = 0; asked < count; asked += 1) seen.push((await ask(gateway, at)).status);
    return seen;
  };

  it('cost the api about one call a second, however many clients use them', async () => {
    expect(new Set(await statuses(200))).toEqual(new Set([200]));
    expect(api.requests.length).toBeLessThan(40);
  });

  it('send the file with all headers of the api, whether the verdict is new or cached', async () => {
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await ask(gateway, link);
      expect(answer.body.equals(BYTES)).toBe(true);
      expect(answer.headers).toMatchObject({
        ...HEADERS,
        'content-type': 'image/jpeg',
        'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      const { etag = '' } = answer.headers;
      const unchanged = await ask(gateway, link, { headers: { 'if-none-match': etag } });
      expect([unchanged.status, unchanged.headers['cache-control']]).toEqual([304, HEADERS['cache-control']]);
      expect((await ask(gateway, link, { headers: { range: 'bytes=0-2' } })).body.toString()).toBe('the');
    }
    expect(api.requests.some(({ headers }) => 'range' in headers || 'if-none-match' in headers)).toBe(false);
  });

  it('stop working at once when their file is deleted', async () => {
    expect(await statuses(5)).toEqual([200, 200, 200, 200, 200]);
    await rm(path.join(media, 'uploads', '1', 'a.jpg'));
    api.answer = (_, response) => void response.writeHead(404).end('gone');
    expect((await ask(gateway, link)).body.toString()).toBe('gone');
    expect(api.requests.at(-1)?.headers['x-accel-failed']).toBe('1');
  });

  it('do not share a verdict with another link, host or scheme', async () => {
    await statuses(5);
    api.answer = refuse;
    expect(await statuses(1, `${link}0`)).toEqual([403]);
    expect((await ask(gateway, link, { headers: { host: 'other.example' } })).status).toBe(403);
  });

  it('are refused with the answer of the api, which is asked again each time', async () => {
    api.answer = refuse;
    for (let asked = 0; asked < 4; asked += 1) {
      const answer = await ask(gateway, link);
      expect([answer.status, jsonOf(answer)]).toEqual([403, { code: 'forbidden' }]);
    }
    api.answer = accept;
    expect(await statuses(1)).toEqual([200]);
  });

  it('open only files of the storage', async () => {
    await writeFile(path.join(media, '.incoming'), 'secret');
    for (const at of ['/_media/../etc/passwd', '/_media/.incoming', '/_media/', '/etc/passwd', '/assets/x']) {
      api.answer = (request, response) => {
        if (request.headers['x-accel-failed'] === undefined) response.setHeader('x-accel-redirect', at);
        response.end('from the api');
      };
      expect([at, (await ask(gateway, `${link}&${at}`)).body.toString()]).toEqual([at, 'from the api']);
    }
  });

  it('accept a request with a body, and ignore the body', async () => {
    const answer = await ask(gateway, link, {
      method: 'GET',
      headers: { 'content-length': '4' },
      body: 'body',
    });
    expect(answer.body.equals(BYTES)).toBe(true);
  });

  it('accept only GET and HEAD', async () => {
    expect((await ask(gateway, link, { method: 'HEAD' })).headers).toMatchObject(HEADERS);
    const answer = await ask(gateway, link, { method: 'POST' });
    expect(answer.headers.allow).toBe('GET, HEAD');
    expect(jsonOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('answer with a problem when the api closes the connection', async () => {
    api.answer = (_, response) => void response.destroy();
    expect(jsonOf(await ask(gateway, link))).toMatchObject({ status: 502, code: 'unavailable' });
  });
});
