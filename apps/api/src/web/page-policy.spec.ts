import { createS3Storage } from '@darkroom/storage/s3';
import { expect, it } from 'vitest';
import { imageOriginOf, pagePolicy } from './page-policy.js';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };

it.each([
  [{ region: 'eu-central-1' }, 'https://pictures.s3.eu-central-1.amazonaws.com'],
  [{ region: 'us-east-1', endpoint: 'http://127.0.0.1:7070', forcePathStyle: true }, 'http://127.0.0.1:7070'],
])('pictures on S3 may come from where its links lead', async (options, origin) => {
  const storage = createS3Storage({ bucket: 'pictures', credentials, ...options });
  expect(pagePolicy(await imageOriginOf(storage))).toContain(`img-src 'self' data: blob: ${origin};`);
  await storage.close();
});
