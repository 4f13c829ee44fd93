import { drawJpeg, services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { expectWhole, isComplete } from './testing/expect-whole.js';
import { type StackOptions, useStack } from './testing/stack.js';

const { redis, s3 } = services();

/** The same flow on each broker and each storage. Only settings differ. */
const platforms: { name: string; options: StackOptions; available: boolean }[] = [
  { name: 'Redis and a folder', options: { broker: 'redis' }, available: redis !== undefined },
  { name: 'PostgreSQL and a folder', options: { broker: 'postgres' }, available: true },
  {
    name: 'Redis and S3',
    options: { broker: 'redis', storage: 's3' },
    available: redis !== undefined && s3 !== undefined,
  },
  {
    name: 'PostgreSQL and S3',
    options: { broker: 'postgres', storage: 's3' },
    available: s3 !== undefined,
  },
];

for (const { name, options, available } of platforms) {
  describe.skipIf(!available)(name, () => {
    const stack = useStack(options);

    it('a picture becomes ready, its links open, and a delete invalidates them', async () => {
      const { client } = stack();
      const events = await client.events();
      const { id } = await client.upload(await drawJpeg({ width: 1000, height: 700 }), 'a "quoted" näme.jpg');
      const image = await events.image(id, isComplete);
      await expectWhole(client, image);
      const links = [image.original.url, ...image.variants.map(({ url }) => url)];
      if (options.storage === 's3') expectPresigned(links);
      else for (const link of links) expect(link).toMatch(/^\/media\//);

      const [link = ''] = links;
      const forged = await client.open(link.replace(id, '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11'));
      expect(forged.status).toBe(403);

      expect((await client.request(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204);
      await events.until(({ deleted }) => deleted.has(id));
      expect((await client.request(`/api/images/${id}`)).status).toBe(404);
      for (const dead of links) expect((await client.open(dead)).status).toBe(404);
      events.close();
    });
  });
}

function expectPresigned(links: readonly string[]): void {
  for (const link of links) {
    const { origin, searchParams } = new URL(link);
    expect(origin).toBe(s3?.endpoint);
    expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    expect(Number(searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(3600);
  }
}
