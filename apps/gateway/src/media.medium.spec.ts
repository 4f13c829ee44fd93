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

/** What the api says of a link that is right. */
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

  it('cost the api a call in a second, however many ask', async () => {
    expect(new Set(await statuses(200))).toEqual(new Set([200]));
    expect(api.requests.length).toBeLessThan(40);
  });

  it('give the file with all that the api says of it, whether the verdict is new or kept', async () => {
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

  it('are gone with their file, at once', async () => {
    expect(await statuses(5)).toEqual([200, 200, 200, 200, 200]);
    await rm(path.join(media, 'uploads', '1', 'a.jpg'));
    api.answer = (_, response) => void response.writeHead(404).end('gone');
    expect((await ask(gateway, link)).body.toString()).toBe('gone');
    expect(api.requests.at(-1)?.headers['x-accel-failed']).toBe('1');
  });

  it('share no verdict with another link, host or scheme', async () => {
    await statuses(5);
    api.answer = refuse;
    expect(await statuses(1, `${link}0`)).toEqual([403]);
    expect((await ask(gateway, link, { headers: { host: 'other.example' } })).status).toBe(403);
  });

  it('are refused in the words of the api, which is asked again each time', async () => {
    api.answer = refuse;
    for (let asked = 0; asked < 4; asked += 1) {
      const answer = await ask(gateway, link);
      expect([answer.status, jsonOf(answer)]).toEqual([403, { code: 'forbidden' }]);
    }
    api.answer = accept;
    expect(await statuses(1)).toEqual([200]);
  });

  it('lead to nothing but files of the storage', async () => {
    await writeFile(path.join(media, '.incoming'), 'secret');
    for (const at of ['/_media/../etc/passwd', '/_media/.incoming', '/_media/', '/etc/passwd', '/assets/x']) {
      api.answer = (request, response) => {
        if (request.headers['x-accel-failed'] === undefined) response.setHeader('x-accel-redirect', at);
        response.end('from the api');
      };
      expect([at, (await ask(gateway, `${link}&${at}`)).body.toString()]).toEqual([at, 'from the api']);
    }
  });

  it('take a request with a body, and leave it', async () => {
    const answer = await ask(gateway, link, {
      method: 'GET',
      headers: { 'content-length': '4' },
      body: 'body',
    });
    expect(answer.body.equals(BYTES)).toBe(true);
  });

  it('take GET and HEAD alone', async () => {
    expect((await ask(gateway, link, { method: 'HEAD' })).headers).toMatchObject(HEADERS);
    const answer = await ask(gateway, link, { method: 'POST' });
    expect(answer.headers.allow).toBe('GET, HEAD');
    expect(jsonOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('say what is the matter when the api breaks off', async () => {
    api.answer = (_, response) => void response.destroy();
    expect(jsonOf(await ask(gateway, link))).toMatchObject({ status: 502, code: 'unavailable' });
  });
});
