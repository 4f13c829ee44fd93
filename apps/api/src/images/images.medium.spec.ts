import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type Image, ImagePage } from '@darkroom/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FACTS, makeFail, makeReady } from '../testing/drive.js';
import { field } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, uploadOne } from '../testing/upload.js';

const UNKNOWN = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

describe('the catalogue over HTTP', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  beforeEach(() => api.sql('delete from images'));
  afterAll(() => api.close());

  const list = async (query = ''): Promise<ImagePage> => {
    const page = await answerOf<ImagePage>(await api.ask(`/api/images${query}`), 200);
    expect(ImagePage.safeParse(page).error).toBeUndefined();
    return page;
  };
  const send = (method: string, path: string, body?: unknown, type = 'application/json') =>
    api.ask(path, {
      method,
      ...(body !== undefined && {
        body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
        headers: { 'content-type': type },
      }),
    });
  const expectProblem = async (response: Response, status: number, code: string) => {
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status, code });
    return problem;
  };

  describe('GET /api/images', () => {
    it('returns pages, newest first, with each image once', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 5; index += 1) ids.unshift((await uploadOne(api)).id);
      const first = await list('?limit=2');
      const second = await list(`?limit=2&cursor=${first.nextCursor}`);
      const third = await list(`?limit=2&cursor=${second.nextCursor}`);
      expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids);
      expect(third.nextCursor).toBeNull();
      expect((await list('?limit=5')).nextCursor).toBeNull();
    });

    it('filters by status and by words', async () => {
      const ready = await uploadOne(api, field('title', 'Crème brûlée'), field('tags', 'dessert'));
      const queued = await uploadOne(api, field('caption', '100% of a_b'));
      await makeReady(api, ready.id);
      const found = async (query: string) => (await list(query)).items.map(({ id }) => id);
      expect(await found('?status=ready')).toEqual([ready.id]);
      expect(await found('?status=queued')).toEqual([queued.id]);
      expect(await found('?status=failed')).toEqual([]);
      expect(await found('?q=creme%20DESS')).toEqual([ready.id]);
      expect(await found('?q=creme%20nothing')).toEqual([]);
      expect(await found(`?q=${encodeURIComponent('10%')}`)).toEqual([queued.id]);
      expect(await found('?q=pict&status=queued')).toEqual([queued.id]);
      expect(await found(`?q=${encodeURIComponent("a' | b:* & !c \\")}`)).toEqual([]);
    });

    it.each([
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=-1', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=', 'limit'],
      ['limit=1e2', 'limit'],
      ['limit=99999999999999999999', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['cursor=x', 'cursor'],
      ['cursor=', 'cursor'],
      ['cursor=AAAA%00', 'cursor'],
      [`cursor=${'A'.repeat(500)}`, 'cursor'],
      ['cursor=a&cursor=b', 'cursor'],
      ['status=gone', 'status'],
      ['status=READY', 'status'],
      ['status=ready&status=ready', 'status'],
      ['q=', 'q'],
      ['q=%25_', 'q'],
      ['q=a%00b', 'q'],
      [`q=${'x'.repeat(201)}`, 'q'],
      ['q=a&q=b', 'q'],
      ['offset=3', 'offset'],
      ['__proto__=1', '__proto__'],
      ['constructor=1', 'constructor'],
      ['limit[]=1', 'limit[]'],
    ])('refuses ?%s', async (query, name) => {
      const problem = await expectProblem(await api.ask(`/api/images?${query}`), 422, 'invalid_request');
      expect(problem.errors?.map((fault) => fault.field)).toContain(name);
    });

    it('accepts a cursor of a deleted image and of an unknown image', async () => {
      await uploadOne(api);
      const middle = await uploadOne(api);
      await uploadOne(api);
      const { nextCursor } = await list('?limit=2');
      await send('DELETE', `/api/images/${middle.id}`);
      expect((await list(`?cursor=${nextCursor}`)).items).toHaveLength(1);
      expect((await list(`?cursor=${'A'.repeat(22)}`)).items).toEqual([]);
    });
  });

  describe('GET /api/images/{id}', () => {
    it('returns the image with its links', async () => {
      const { id, facts } = await uploadOne(api);
      expect(facts).toBeNull();
      await makeReady(api, id);
      const image = await answerOf<Image>(await api.ask(`/api/images/${id}`), 200);
      expect(image).toMatchObject({
        id,
        status: 'ready',
        width: 40,
        height: 30,
        thumbhash: 'AAAA',
        facts: FACTS,
      });
      expect(image.variants).toEqual([
        expect.objectContaining({ name: 'thumbnail', format: 'jpeg', width: 4, height: 3, bytes: 5 }),
      ]);
      expect(await (await api.ask(image.variants[0]?.url ?? '')).text()).toBe('12345');
    });

    it('returns the reason of a failure', async () => {
      const { id } = await uploadOne(api);
      await makeFail(api, id);
      const image = await answerOf<Image>(await api.ask(`/api/images/${id}`), 200);
      expect(image.error).toEqual({ code: 'corrupt_image', message: 'The picture is damaged.' });
    });

    it('answers HEAD without a body', async () => {
      const { id } = await uploadOne(api);
      const response = await send('HEAD', `/api/images/${id}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
      expect((await send('HEAD', `/api/images/${UNKNOWN}`)).status).toBe(404);
    });
  });

  describe('every call on one image', () => {
    const calls = [
      ['GET', '', undefined],
      ['PATCH', '', { title: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/retry', undefined],
      ['GET', '/events', undefined],
      ['GET', '/download', undefined],
    ] as const;

    it.each(calls)('%s%s answers 404 for an unknown or expired image', async (method, path, body) => {
      await expectProblem(await send(method, `/api/images/${UNKNOWN}${path}`, body), 404, 'not_found');
      const { id } = await uploadOne(api);
      await makeFail(api, id);
      await api.sql(`update images set expires_at = now() where id = $1`, [id]);
      await expectProblem(await send(method, `/api/images/${id}${path}`, body), 404, 'not_found');
      expect((await list()).items).toEqual([]);
    });

    it.each(calls)("%s%s answers 404 for another owner's image", async (method, path, body) => {
      const { id } = await uploadOne(api);
      const other = randomUUID();
      await api.sql(
        `insert into images (id, owner, filename, content_type, bytes, sha256, created_at, status, error_code, error_message)
         select $2, 'somebody-else', filename, content_type, bytes, sha256, created_at, 'failed', 'internal', 'x' from images where id = $1`,
        [id, other],
      );
      await expectProblem(await send(method, `/api/images/${other}${path}`, body), 404, 'not_found');
      expect((await list()).items.map((image) => image.id)).toEqual([id]);
      expect((await list('?q=picture')).items.map((image) => image.id)).toEqual([id]);
      expect(await api.sql('select status from images where id = $1', [other])).toEqual([
        { status: 'failed' },
      ]);
    });

    it.each(calls)('%s%s refuses a malformed id', async (method, path, body) => {
      for (const id of [
        '1',
        UNKNOWN.toUpperCase(),
        `${UNKNOWN}x`,
        '%00',
        '..%2f..%2fetc',
        "'; drop table images --",
      ]) {
        const response = await send(method, `/api/images/${id}${path}`, body);
        const problem = await expectProblem(response, 422, 'invalid_request');
        expect(problem.errors?.[0]?.field).toBe('id');
      }
    });
  });

  describe('PATCH /api/images/{id}', () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await uploadOne(api, field('title', 'T'), field('caption', 'C'), field('tags', 'a,b')));
    });
    const patch = (body: unknown, type?: string) => send('PATCH', `/api/images/${id}`, body, type);

    it('changes the given fields, and keeps the others', async () => {
      const image = await answerOf<Image>(await patch({ title: ' Cafe\u0301 ', expiresIn: 3_600 }), 200);
      expect(image).toMatchObject({ title: 'Café', caption: 'C', tags: ['a', 'b'] });
      expect(Date.parse(image.expiresAt ?? '')).toBeGreaterThan(Date.now());
      expect((await answerOf<Image>(await patch({ expiresIn: null }), 200)).expiresAt).toBeNull();
      expect(await answerOf<Image>(await patch({}), 200)).toMatchObject({ title: 'Café' });
    });

    it('clears with null and with an empty text', async () => {
      expect(
        await answerOf<Image>(await patch({ title: null, caption: ' ', tags: null }), 200),
      ).toMatchObject({
        title: null,
        caption: null,
        tags: [],
      });
    });

    it('makes tags lower-case and distinct', async () => {
      const image = await answerOf<Image>(await patch({ tags: [' Sea', 'SEA', '', 'Sun'] }), 200);
      expect(image.tags).toEqual(['sea', 'sun']);
    });

    it.each<[string, unknown, string]>([
      ['an unknown field', { colour: 'red' }, '/colour'],
      ['an unknown field with special characters', { 'a/b~c': 1 }, '/a~1b~0c'],
      ['a read-only field of the image', { status: 'ready' }, '/status'],
      ['a title of another type', { title: 5 }, '/title'],
      ['a title that is too long', { title: 'x'.repeat(201) }, '/title'],
      ['a caption that is too long', { caption: 'x'.repeat(2_001) }, '/caption'],
      ['a NUL', { title: 'a\0' }, '/title'],
      ['a lone surrogate', { caption: 'a\ud800' }, '/caption'],
      ['tags as a text', { tags: 'a,b' }, '/tags'],
      ['a tag that is not a text', { tags: ['a', 5] }, '/tags/1'],
      ['too many tags', { tags: Array.from({ length: 21 }, (_, tag) => `t${tag}`) }, '/tags'],
      ['an expiry as a text', { expiresIn: '3600' }, '/expiresIn'],
      ['an expiry with a fraction', { expiresIn: 60.5 }, '/expiresIn'],
      ['an expiry that is too short', { expiresIn: 59 }, '/expiresIn'],
      ['an array', [], ''],
      ['a text', 'title', ''],
      ['null', null, ''],
    ])('refuses %s', async (_, body, pointer) => {
      const problem = await expectProblem(await patch(body), 422, 'invalid_request');
      expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
      expect((await list()).items[0]).toMatchObject({ title: 'T', caption: 'C', tags: ['a', 'b'] });
    });

    it.each([
      ['malformed JSON', '{"title":'],
      ['bytes that are not UTF-8', '{"title":"\xff"}'],
      ['nothing', ''],
      ['a prototype', '{"__proto__":{"title":"x"}}'],
    ])('refuses %s', async (_, text) => {
      await expectProblem(await patch(Buffer.from(text, 'latin1')), 422, 'invalid_request');
      expect((await list()).items[0]?.title).toBe('T');
    });

    it('refuses another content type, and a body that is too large', async () => {
      await expectProblem(await patch({ title: 'x' }, 'text/plain'), 415, 'unsupported_media_type');
      await expectProblem(
        await patch({ title: 'x' }, 'multipart/form-data; boundary=x'),
        415,
        'unsupported_media_type',
      );
      await expectProblem(await patch({ title: 'x'.repeat(70_000) }), 413, 'too_large');
    });
  });

  describe('DELETE /api/images/{id}', () => {
    it('removes row, bytes and links at once', async () => {
      const { id } = await uploadOne(api);
      await makeReady(api, id);
      const image = await answerOf<Image>(await api.ask(`/api/images/${id}`), 200);
      const links = [image.original.url, image.variants[0]?.url ?? ''];
      const response = await send('DELETE', `/api/images/${id}`);
      expect([response.status, await response.text()]).toEqual([204, '']);
      expect((await api.stored()).filter((name) => name.includes(id))).toEqual([]);
      for (const link of links) await expectProblem(await api.ask(link), 404, 'not_found');
      await expectProblem(await send('DELETE', `/api/images/${id}`), 404, 'not_found');
      const [deletion] = await api.sql('select bytes_removed_at from deletions where image_id = $1', [id]);
      expect(deletion?.['bytes_removed_at']).toBeInstanceOf(Date);
    });

    it('succeeds while storage is down, and records the bytes for later removal', async () => {
      const { id } = await uploadOne(api);
      const aside = `${api.media}-aside`;
      await rename(api.media, aside);
      await writeFile(api.media, '');
      try {
        expect((await send('DELETE', `/api/images/${id}`)).status).toBe(204);
        await expectProblem(await api.ask(`/api/images/${id}`), 404, 'not_found');
        const [deletion] = await api.sql('select bytes_removed_at from deletions where image_id = $1', [id]);
        expect(deletion).toEqual({ bytes_removed_at: null });
      } finally {
        await rm(api.media);
        await rename(aside, api.media);
      }
    });

    it('accepts a content type without a body', async () => {
      const { id } = await uploadOne(api);
      const headers = { 'content-type': 'application/json' };
      expect((await api.ask(`/api/images/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    });
  });

  it('a quarantined image can be viewed, downloaded and retried', async () => {
    const { id } = await uploadOne(api);
    await makeFail(api, id, 'quarantined');
    const image = await answerOf<Image>(await send('GET', `/api/images/${id}`), 200);
    expect(image).toMatchObject({
      status: 'quarantined',
      filename: 'picture.jpg',
      contentType: 'image/jpeg',
    });
    expect(image.error).toMatchObject({ code: expect.any(String), message: expect.stringMatching(/\.$/) });
    expect((await list('?status=quarantined')).items.map((item) => item.id)).toEqual([id]);
    const original = Buffer.from(await (await api.ask(image.original.url)).arrayBuffer());
    expect(original.length).toBe(image.bytes);
    expect(createHash('sha256').update(original).digest('hex')).toBe(image.sha256);
    await answerOf<Image>(await send('POST', `/api/images/${id}/retry`), 202);
    expect(await answerOf<Image>(await send('GET', `/api/images/${id}`), 200)).toMatchObject({
      status: 'queued',
      error: null,
    });
  });

  describe('POST /api/images/{id}/retry', () => {
    it.each(['failed', 'quarantined'] as const)('queues an image that is %s', async (status) => {
      const { id } = await uploadOne(api);
      await makeFail(api, id, status);
      expect(await answerOf<Image>(await send('POST', `/api/images/${id}/retry`), 202)).toMatchObject({
        id,
        status: 'queued',
        error: null,
      });
      await expectProblem(await send('POST', `/api/images/${id}/retry`), 409, 'conflict');
    });

    it('refuses an image with another status', async () => {
      const { id } = await uploadOne(api);
      await expectProblem(await send('POST', `/api/images/${id}/retry`), 409, 'conflict');
      await makeReady(api, id);
      await expectProblem(await send('POST', `/api/images/${id}/retry`), 409, 'conflict');
    });
  });
});
