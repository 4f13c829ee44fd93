import type { Image, UploadAnswer } from '@darkroom/contracts';
import { createBucket, type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { file } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, upload } from '../testing/upload.js';

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

async function uploadSvg(api: TestApi): Promise<Image> {
  const { items } = await answerOf<UploadAnswer>(await upload(api, [file(SVG, 'logo.svg')]), 202);
  const [image] = items;
  if (image === undefined) throw new Error('no image in the answer');
  return image;
}

async function expectDownload(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(SVG)).toBe(true);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-disposition': 'attachment; filename="logo.svg"',
  });
}

describe.each([
  ['the api', false],
  ['nginx in front of it', true],
])('an SVG, in which scripts could run, from %s', (_, inFront) => {
  if (inFront && !services().nginx) return;
  let api: TestApi;
  let gateway: Gateway | undefined;

  beforeAll(async () => {
    api = await startApi(inFront ? { DARKROOM_ACCEL_REDIRECT: '/_media/' } : {});
    if (inFront) gateway = await startGateway({ upstream: `127.0.0.1:${api.port}`, media: api.media });
  });
  afterAll(async () => {
    await gateway?.stop();
    await api.close();
  });

  it('is only saved by browsers, whatever its link says, and no script may run in it', async () => {
    const image = await uploadSvg(api);
    const expiresAt = new Date(Date.now() + 60_000);
    const terms = { issuedAt: new Date(), expiresAt, filename: 'logo.svg', disposition: 'inline' } as const;
    const inline = await api.platform.storage.link(`uploads/${image.id}/original.svg`, terms);
    for (const address of [image.original.url, inline]) {
      const response = await fetch(new URL(address, gateway?.url ?? api.url));
      await expectDownload(response);
      expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

const { s3 } = services();

describe.skipIf(!s3)('an SVG from S3', () => {
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

  it('is only saved by browsers', async () => {
    await expectDownload(await fetch((await uploadSvg(api)).original.url));
  });
});
