import { Readable } from 'node:stream';
import { originalKey, variantKey } from '@darkroom/contracts';
import { createBucket, drawJpeg, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createImageId, startWorker, type TestWorker } from '../testing/start-worker.js';

const { s3 } = services();

describe.skipIf(!s3)('the reconciler on S3', () => {
  let worker: TestWorker;
  beforeAll(async () => {
    if (!s3) return;
    // The SDK reads its credentials from the environment.
    vi.stubEnv('AWS_ACCESS_KEY_ID', s3.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.secretAccessKey);
    worker = await startWorker({
      DARKROOM_STORAGE: 's3',
      DARKROOM_BUCKET: await createBucket(s3),
      AWS_REGION: s3.region,
      AWS_ENDPOINT_URL: s3.endpoint,
    });
    await worker.pauseReconciler();
  });
  afterAll(async () => {
    await worker.stop();
    await worker.dispose();
    vi.unstubAllEnvs();
  });

  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of worker.platform.storage.list('')) found.push(key);
    return found;
  };

  it('restores missing variants, deletes orphans, and removes the bytes of expired pictures', async () => {
    const { storage } = worker.platform;
    const picture = await drawJpeg({ width: 40, height: 30 });
    const [kept, expired] = [await worker.upload(picture), await worker.upload(picture)];
    for (const id of [kept, expired]) await worker.until(id, ({ variants }) => variants.length === 8);
    const lost = variantKey(kept, 'medium', 1, 'webp');
    await storage.delete(lost);
    const orphan = originalKey(createImageId(), 'image/png');
    await storage.put(orphan, Readable.from([Buffer.from('bytes')]), { contentType: 'image/png' });
    await worker.database.query(`update images set expires_at = now() where id = $1`, [expired]);

    const counts = await worker.reconcile({ storage: 'all', graceSeconds: 0 });
    expect(counts).toMatchObject({ variants_enqueued: 1, picture_expired: 1 });
    await worker.gone(expired);
    await expect.poll(keys, { timeout: 30_000 }).toContain(lost);
    const left = await keys();
    expect(left).toHaveLength(9);
    expect(left.every((key) => key.includes(kept))).toBe(true);
  });
});
