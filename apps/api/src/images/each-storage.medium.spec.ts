import type { Image } from '@darkroom/contracts';
import { createBucket, services } from '@darkroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeReady } from '../testing/drive.js';
import { file, jpegOf } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, upload } from '../testing/upload.js';

const { s3 } = services();

async function s3Settings(): Promise<Record<string, string>> {
  if (!s3) return {};
  // The SDK reads its credentials from the environment.
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.secretAccessKey);
  return {
    DARKROOM_STORAGE: 's3',
    DARKROOM_BUCKET: await createBucket(s3),
    AWS_REGION: s3.region,
    AWS_ENDPOINT_URL: s3.endpoint,
  };
}

describe.each([
  ['a folder', true, () => Promise.resolve({})],
  ['S3', s3 !== undefined, s3Settings],
])('on %s', (_, isThere, settings) => {
  if (!isThere) return;
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi(await settings());
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => api.close());

  const keys = async (id: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of api.platform.storage.list('')) if (key.includes(id)) found.push(key);
    return found;
  };
  const count = async (table: string, condition: string): Promise<number> =>
    (await api.sql(`select 1 from ${table} where ${condition}`)).length;

  it('links to save have the file name of the picture, and links to show are inline', async () => {
    const { items } = await answerOf<{ items: [Image] }>(
      await upload(api, [file(jpegOf(2_000), 'été.jpg')]),
      202,
    );
    const [{ id }] = items;
    await makeReady(api, id);
    const image = await answerOf<Image>(await api.ask(`/api/images/${id}`), 200);
    const dispositionOf = async (path: string): Promise<string> => {
      const response = await api.ask(path);
      await response.arrayBuffer();
      return `${response.status} ${response.headers.get('content-disposition')}`;
    };
    const saved = `/api/images/${id}/download`;
    expect(await dispositionOf(image.original.url)).toMatch(/^200 inline; .*''%C3%A9t%C3%A9\.jpg$/);
    expect(await dispositionOf(saved)).toMatch(/^200 attachment; .*''%C3%A9t%C3%A9\.jpg$/);
    expect(await dispositionOf(`${saved}?variant=thumbnail.jpeg`)).toMatch(
      /^200 attachment; .*''%C3%A9t%C3%A9-thumbnail\.jpg$/,
    );
    const direct = await api.ask(saved, { redirect: 'manual' });
    expect(direct.status).toBe(302);
    expect(direct.headers.get('cache-control')).toBe('private, no-store');
    expect((await api.ask(`${saved}?variant=large.avif`)).status).toBe(404);
    for (const query of ['variant=large', 'variant=', 'variant=a&variant=b', 'size=large'])
      expect((await api.ask(`${saved}?${query}`)).status).toBe(422);
    expect((await api.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('a delete removes bytes, rows, stored answers and links', async () => {
    const key = { 'idempotency-key': 'first-try' };
    const form = [file(jpegOf(2_000)), file(jpegOf(3_000), 'other.jpg')];
    const { items } = await answerOf<{ items: [Image, Image] }>(await upload(api, form, key), 202);
    const [{ id }, other] = items;
    await makeReady(api, id);
    const image = await answerOf<Image>(await api.ask(`/api/images/${id}`), 200);
    const links = [image.original.url, ...image.variants.map(({ url }) => url)];
    for (const link of links) expect((await api.ask(link)).status).toBe(200);
    expect(await keys(id)).toHaveLength(2);

    expect((await api.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await keys(id)).toEqual([]);
    for (const link of links) expect([403, 404]).toContain((await api.ask(link)).status);
    expect((await api.ask(`/api/images/${id}`)).status).toBe(404);
    expect(await count('images', `id = '${id}'`)).toBe(0);
    expect(await count('variants', `image_id = '${id}'`)).toBe(0);
    expect(await count('pending_formats', `image_id = '${id}'`)).toBe(0);
    expect(await count('idempotency_keys', `answer::text like '%${id}%'`)).toBe(0);

    // The same call again returns the remaining picture and makes no new one.
    const again = await upload(api, form, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const kept = await answerOf<{ items: Image[] }>(again, 202);
    expect(kept.items.map((item) => item.id)).toEqual([other.id]);
    expect((await api.ask(`/api/images/${other.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await count('idempotency_keys', 'true')).toBe(0);
    expect(await keys('')).toEqual([]);
  });
});
