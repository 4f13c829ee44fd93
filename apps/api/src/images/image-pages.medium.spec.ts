import type { ImagePage } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeReady } from '../testing/drive.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, uploadOne } from '../testing/upload.js';

describe('pages of the listing', () => {
  let one: TestApi;
  let other: TestApi;

  beforeAll(async () => {
    one = await startApi();
    other = await startApi({}, { sharedWith: one });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  const list = (api: TestApi, etag?: string, coding = 'identity') =>
    api.ask('/api/images', {
      headers: { 'accept-encoding': coding, ...(etag !== undefined && { 'if-none-match': etag }) },
    });
  const pageOf = async (api: TestApi): Promise<ImagePage> => answerOf<ImagePage>(await list(api), 200);

  it('are sent again only after a change', async () => {
    await uploadOne(one);
    const first = await list(one);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await list(one, tag);
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    expect((await list(one, '"other"')).status).toBe(200);
    expect((await list(other)).status).toBe(200);
  });

  it('are compressed for clients that accept it, with a weak ETag', async () => {
    for (let count = 0; count < 5; count += 1) await uploadOne(one);
    const [plain, compressed] = [await list(one), await list(one, undefined, 'br, gzip')];
    const etag = plain.headers.get('etag') ?? '';
    expect(compressed.headers.get('etag')).toBe(`W/${etag}`);
    for (const [answer, coding] of [
      [plain, null],
      [compressed, 'gzip'],
    ] as const) {
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(answer.headers.get('vary')).toBe('Accept-Encoding');
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    }
    const text = await plain.text();
    expect(Number(compressed.headers.get('content-length'))).toBeLessThan(text.length / 2);
    expect(await compressed.text()).toBe(text);
    expect((await list(one, `W/${etag}`, 'gzip')).status).toBe(304);
  });

  it('are not compressed when they are small', async () => {
    const answer = await one.ask('/api/images?status=failed', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answerOf<ImagePage>(answer, 200)).toEqual({ items: [], nextCursor: null });
  });

  it('show every change at once, from any api', async () => {
    const { id } = await uploadOne(one);
    const states = async (): Promise<unknown[]> => {
      const pages = await Promise.all([pageOf(one), pageOf(other)]);
      return pages.map(({ items }) => items.find((image) => image.id === id));
    };
    const both = (image: object | undefined) => [
      image && expect.objectContaining(image),
      image && expect.objectContaining(image),
    ];
    expect(await states()).toEqual(both({ status: 'queued', variants: [] }));
    await one.platform.catalogue.processing.start(id, 1);
    expect(await states()).toEqual(both({ status: 'processing' }));
    await makeReady(one, id);
    expect(await states()).toEqual(
      both({ status: 'ready', variants: [expect.objectContaining({ bytes: 5 })] }),
    );
    const title = {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"new"}',
    };
    expect((await other.ask(`/api/images/${id}`, title)).status).toBe(200);
    expect(await states()).toEqual(both({ title: 'new' }));
    expect((await other.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await states()).toEqual(both(undefined));
  });

  it('leave out a picture as soon as it expires, without another change', async () => {
    const { id } = await uploadOne(one);
    const before = await list(one);
    await one.sql('alter table images disable trigger user');
    await one.sql(`update images set expires_at = now() where id = $1`, [id]);
    await one.sql('alter table images enable trigger user');
    const after = await list(one, before.headers.get('etag') ?? '');
    expect((await answerOf<ImagePage>(after, 200)).items.map((image) => image.id)).not.toContain(id);
  });

  it('get new links before the old ones expire, and keep them until then', async () => {
    const { id } = await uploadOne(one);
    const link = async (): Promise<string | undefined> =>
      (await pageOf(one)).items.find((image) => image.id === id)?.original.url;
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-01T10:00:00Z') });
    try {
      const first = await link();
      vi.setSystemTime(new Date('2027-01-01T10:29:59Z'));
      expect(await link()).toBe(first);
      vi.setSystemTime(new Date('2027-01-01T10:30:00Z'));
      expect(await link()).not.toBe(first);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are separate for each caller and each query', async () => {
    await uploadOne(one);
    const ask = async (query: string): Promise<ImagePage> =>
      answerOf<ImagePage>(await one.ask(`/api/images${query}`), 200);
    const [all, single, failed] = [await ask(''), await ask('?limit=1'), await ask('?status=failed')];
    expect(all.items.length).toBeGreaterThan(1);
    expect(single).toEqual({ items: [all.items[0]], nextCursor: expect.any(String) });
    expect(failed).toEqual({ items: [], nextCursor: null });
    const next = await ask(`?limit=1&cursor=${single.nextCursor}`);
    expect(next.items).toEqual([all.items[1]]);
  });
});
