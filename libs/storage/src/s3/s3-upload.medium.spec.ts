import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createS3Client, type S3Connection } from './s3-client.js';
import { createS3Storage } from './s3-storage.js';
import { PART_BYTES } from './s3-upload.js';

const { s3 } = services();
const THREE_PARTS = 2 * PART_BYTES + 10;

describe.skipIf(!s3)('an upload of several parts to S3', () => {
  it('leaves nothing when S3 refuses it in the middle', async () => {
    await using bucket = await proxiedS3((_request, answer) => answer.writeHead(403).end());
    const put = bucket.put(randomBytes(THREE_PARTS));
    await expect(put).rejects.toMatchObject({ code: 'unavailable' });
    expect(await bucket.traces()).toEqual([]);
  });

  it('leaves nothing when it is aborted in the middle', async () => {
    const abort = new AbortController();
    const reason = new Error('shutting down');
    await using bucket = await proxiedS3((_request, answer) => {
      abort.abort(reason);
      answer.writeHead(200, { ETag: '"part"' }).end();
    });
    await expect(bucket.put(randomBytes(THREE_PARTS), abort.signal)).rejects.toBe(reason);
    expect(await bucket.traces()).toEqual([]);
  });
});

/** A real S3 behind a proxy that answers the second part itself. */
async function proxiedS3(answerSecondPart: (incoming: IncomingMessage, answer: ServerResponse) => void) {
  if (!s3) throw new Error('there is no S3 server');
  const { hostname, port } = new URL(s3.endpoint);
  const proxy = createServer((incoming, answer) => {
    if (incoming.url?.includes('partNumber=2')) {
      incoming.resume().once('end', () => answerSecondPart(incoming, answer));
      return;
    }
    const { method, url, headers } = incoming;
    const forwarded = request({ hostname, port, method, path: url, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const connection: S3Connection = {
    region: s3.region,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
  };
  const name = `test-${randomUUID()}`;
  const storage = createS3Storage({ ...connection, bucket: name, createBucket: true });
  await storage.check();
  const client = createS3Client(connection);
  return {
    put: (bytes: Buffer, signal?: AbortSignal) =>
      storage.put('a.jpg', Readable.from([bytes]), { contentType: 'image/jpeg', ...(signal && { signal }) }),
    /** What exists of the object: the object itself, or uploads in progress. */
    traces: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      const object = await storage.head('a.jpg');
      return [...Uploads, ...(object ? [object] : [])];
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await storage.close();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
