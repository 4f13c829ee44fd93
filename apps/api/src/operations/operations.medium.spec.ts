import { randomUUID } from 'node:crypto';
import { LimitsAnswer, OperationsAnswer, TagList } from '@darkroom/contracts';
import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeFail, makeReady } from '../testing/drive.js';
import { eventually } from '../testing/eventually.js';
import { field } from '../testing/multipart.js';
import { type ServiceProxy, serviceProxy } from '../testing/service-proxy.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, uploadOne } from '../testing/upload.js';

const SOON = { timeout: 20_000, interval: 100 };

const operationsOf = async (api: TestApi): Promise<OperationsAnswer> =>
  OperationsAnswer.parse(await answerOf<unknown>(await api.ask('/api/operations'), 200));

/** Starts an api whose broker can be cut, because operators open the page when the queue has a problem. */
async function startBehindProxy(broker: 'redis' | 'postgres'): Promise<[TestApi, ServiceProxy | undefined]> {
  const { redis } = services();
  if (broker === 'postgres' || redis === undefined)
    return [await startApi({ DARKROOM_BROKER: 'postgres' }), undefined];
  const proxy = await serviceProxy(redis.url);
  return [await startApi({ REDIS_URL: proxy.url }), proxy];
}

for (const broker of ['redis', 'postgres'] as const) {
  describe.skipIf(broker === 'redis' && !services().redis)(`GET /api/operations on ${broker}`, () => {
    let api: TestApi;
    let proxy: ServiceProxy | undefined;
    beforeAll(async () => {
      [api, proxy] = await startBehindProxy(broker);
    });
    afterAll(async () => {
      await api.close();
      await proxy?.close();
    });

    it('counts nothing at first, then pictures, jobs and workers', async () => {
      const empty = await operationsOf(api);
      expect(empty).toMatchObject({ images: { ready: 0 }, failures: [], workers: [] });
      expect(empty.storage).toEqual({
        kind: 'folder',
        originals: { count: 0, bytes: 0 },
        variants: { count: 0, bytes: 0 },
      });
      const [ready, failed] = [await uploadOne(api), await uploadOne(api)];
      await uploadOne(api);
      await makeReady(api, ready.id);
      await makeFail(api, failed.id);
      await api.beside.workers.beat({ id: randomUUID(), host: 'one', concurrency: 4, inHand: 2 });
      // Each reading is cached separately, for at least a second.
      await vi.waitFor(async () => {
        const full = await operationsOf(api);
        expect(full.images).toEqual({ queued: 1, processing: 0, ready: 1, failed: 1, quarantined: 0 });
        expect(full.failures).toEqual([{ code: 'corrupt_image', count: 1 }]);
        expect(full.readyPerMinute.reduce((sum, count) => sum + count)).toBe(1);
        expect(full.storage.originals).toEqual({ count: 3, bytes: 6_000 });
        expect(full.storage.variants).toEqual({ count: 1, bytes: 5 });
        expect(full.workers).toMatchObject([{ host: 'one', concurrency: 4, inHand: 2 }]);
        expect(full.queue?.map(({ name }) => name)).toEqual([
          'process-image',
          'remove-bytes',
          'encode-format',
        ]);
        // Other specs share the Redis of the run, and their jobs may be counted too.
        expect(full.queue?.[0]?.waiting).toBeGreaterThanOrEqual(3);
      }, SOON);
    });

    it.skipIf(broker === 'postgres')('reports the broker as down, and everything else', async () => {
      proxy?.cut();
      const cut = await eventually(
        () => operationsOf(api),
        ({ queue }) => queue === null,
      );
      expect(cut.images.ready).toBe(1);
      proxy?.mend();
      await eventually(
        () => operationsOf(api),
        ({ queue }) => queue !== null,
      );
    });
  });
}

describe('other data of the page', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ DARKROOM_MAX_BYTES: '1MiB', DARKROOM_MAX_FILES: '7' });
  });
  afterAll(() => api.close());

  it('GET /api/limits returns the configured limits', async () => {
    const limits = LimitsAnswer.parse(await answerOf<unknown>(await api.ask('/api/limits'), 200));
    expect(limits).toMatchObject({ maxBytes: 1_048_576, maxFiles: 7, titleLength: 200, tags: 20 });
    expect(limits.contentTypes).toContain('image/heic');
  });

  it('GET /api/tags counts tags, and GET /api/images filters by them', async () => {
    const sea = await uploadOne(api, field('tags', 'Sea'));
    const both = await uploadOne(api, field('tags', 'sea, a/b&c'));
    const tags = TagList.parse(await answerOf<unknown>(await api.ask('/api/tags'), 200));
    expect(tags.items).toEqual([
      { tag: 'sea', count: 2 },
      { tag: 'a/b&c', count: 1 },
    ]);
    expect(await answerOf(await api.ask('/api/tags?limit=1'), 200)).toEqual({
      items: tags.items.slice(0, 1),
    });
    const found = async (...names: string[]): Promise<string[]> => {
      const query = String(new URLSearchParams(names.map((name): [string, string] => ['tag', name])));
      const page = await answerOf<{ items: { id: string }[] }>(await api.ask(`/api/images?${query}`), 200);
      return page.items.map(({ id }) => id);
    };
    expect(await found(' SEA ')).toEqual([both.id, sea.id]);
    expect(await found('sea', 'a/b&c')).toEqual([both.id]);
    expect(await found('se')).toEqual([]);
    expect(await found('')).toEqual([both.id, sea.id]);
    const first = await answerOf<{ nextCursor: string }>(await api.ask('/api/images?tag=sea&limit=1'), 200);
    const second = await api.ask(`/api/images?tag=sea&limit=1&cursor=${first.nextCursor}`);
    expect(await answerOf(second, 200)).toMatchObject({ items: [{ id: sea.id }], nextCursor: null });
    for (const query of ['limit=0', 'tag=x'])
      expect(await problemOf(await api.ask(`/api/tags?${query}`))).toMatchObject({ code: 'invalid_request' });
    const many = new URLSearchParams(
      Array.from({ length: 21 }, (_, index): [string, string] => ['tag', `t${index}`]),
    );
    for (const query of [String(many), 'tag=%00', `tag=${'x'.repeat(51)}`])
      expect(await problemOf(await api.ask(`/api/images?${query}`))).toMatchObject({
        code: 'invalid_request',
      });
  });
});
