import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { services } from '@darkroom/testing';
import { describeObjectStorage } from '../testing/conformance.js';
import { createS3Client } from './s3-client.js';
import { createS3Storage, type S3StorageOptions } from './s3-storage.js';

const { s3 } = services();

function connect(more: Partial<S3StorageOptions> = {}): S3StorageOptions {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3 ?? {
    endpoint: '',
    region: '',
    accessKeyId: '',
    secretAccessKey: '',
  };
  const credentials = { accessKeyId, secretAccessKey };
  return { bucket: `test-${randomUUID()}`, region, endpoint, forcePathStyle: true, credentials, ...more };
}

describe.skipIf(!s3)('S3', () => {
  describeObjectStorage('S3', async () => {
    const options = connect({ createBucket: true });
    const storage = createS3Storage(options);
    await storage.check();
    const client = createS3Client(options);
    return {
      storage,
      leftovers: async () => {
        const { Uploads = [] } = await client.send(
          new ListMultipartUploadsCommand({ Bucket: options.bucket }),
        );
        return Uploads.length;
      },
      leave: async () => {
        const upload = { Bucket: options.bucket, Key: 'uploads/left/original.jpg' };
        await client.send(new CreateMultipartUploadCommand(upload));
      },
      open: async (link) => {
        const response = await fetch(link);
        const disposition = response.headers.get('content-disposition');
        return { status: response.status, body: await response.text(), contentDisposition: disposition };
      },
      dispose: async () => {
        client.destroy();
        await storage.close();
      },
    };
  });

  it('keeps the content type, and a link can set another', async () => {
    const storage = createS3Storage(connect({ createBucket: true }));
    await storage.check();
    await storage.put('a.jpg', bytes('x'), { contentType: 'image/jpeg' });
    const found = await storage.get('a.jpg');
    found?.body.destroy();
    expect(found?.contentType).toBe('image/jpeg');
    const issuedAt = new Date();
    const expiresAt = new Date(Date.now() + 60_000);
    const link = await storage.link('a.jpg', { issuedAt, expiresAt, contentType: 'image/webp' });
    const response = await fetch(link);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/);
    await storage.close();
  });

  it('is unavailable without its bucket, and creates it only when configured to', async () => {
    const options = connect();
    const storage = createS3Storage(options);
    const unavailable = { code: 'unavailable', status: 503 };
    await expect(storage.check()).rejects.toMatchObject(unavailable);
    await expect(storage.put('a', bytes('x'), { contentType: 'a/b' })).rejects.toMatchObject(unavailable);
    await expect(storage.get('a')).rejects.toMatchObject(unavailable);
    await expect(storage.head('a')).rejects.toMatchObject(unavailable);
    const maker = createS3Storage({ ...options, createBucket: true });
    await Promise.all([maker.check(), maker.check()]);
    await expect(storage.check()).resolves.toBeUndefined();
    await Promise.all([storage.close(), maker.close()]);
  });

  it('is unavailable with wrong credentials', async () => {
    const storage = createS3Storage(
      connect({ credentials: { accessKeyId: 'stranger', secretAccessKey: 'nothing' } }),
    );
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.check()).rejects.toMatchObject({ code: 'unavailable' });
    await storage.close();
  });
});

describe('S3 out of reach', () => {
  it('is unavailable after bounded tries', async () => {
    let tries = 0;
    const server = createServer((socket) => {
      tries += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const endpoint = `http://127.0.0.1:${port}`;
    const storage = createS3Storage({
      bucket: 'b',
      region: 'us-east-1',
      endpoint,
      forcePathStyle: true,
      credentials,
    });
    await expect(storage.head('a')).rejects.toMatchObject({
      code: 'unavailable',
      cause: expect.any(Error) as Error,
    });
    expect(tries).toBe(4);
    await expect(
      storage.put('a', bytes('x'), { contentType: 'image/jpeg', signal: AbortSignal.timeout(60_000) }),
    ).rejects.toMatchObject({ code: 'unavailable' });
    await storage.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('S3 that is slow', () => {
  it('is unavailable when a body arrives more slowly than the minimum speed', async () => {
    const server = createHttpServer((_, response) => {
      const headers = { etag: '"x"', 'last-modified': new Date().toUTCString() };
      response.writeHead(200, { ...headers, 'content-length': 1_000 });
      response.write('.');
      const drip = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const storage = createS3Storage({
      bucket: 'b',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      patienceMs: 100,
      minBytesPerSecond: 10_000,
    });
    const path = join(tmpdir(), `darkroom-slow-${randomUUID()}`);
    await expect(storage.fetchFile('a', path)).rejects.toMatchObject({ code: 'unavailable' });
    await rm(path, { force: true });
    await storage.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

async function* bytes(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}
