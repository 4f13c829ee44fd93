import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { file, multipart } from '../testing/multipart.js';
import { readMultipart } from './multipart-form.js';

const LIMITS = { maxFiles: 100, maxRequestBytes: 100_000_000 };
const CHUNK = 64 * 1024;

/** A request whose body counts the bytes that were read. */
function requestOf({ headers, body }: ReturnType<typeof multipart>) {
  const sent = { bytes: 0 };
  const stream = new Readable({
    highWaterMark: CHUNK,
    read() {
      const chunk = body.subarray(sent.bytes, sent.bytes + CHUNK);
      sent.bytes += chunk.length;
      this.push(chunk.length === 0 ? null : chunk);
    },
  });
  const request = Object.assign(stream, {
    headers: { ...headers, 'content-length': String(body.length) },
    complete: true,
    setTimeout: () => undefined,
  });
  return { request: request as unknown as IncomingMessage, sent };
}

describe('readMultipart', () => {
  it.each([
    [40, 100_000],
    [1, 4_000_000],
  ])('keeps little of %i files of %i bytes in memory while storage waits', async (files, bytes) => {
    const { request, sent } = requestOf(
      multipart(Array.from({ length: files }, () => file(Buffer.alloc(bytes, 'x')))),
    );
    const storage = Promise.withResolvers<void>();
    const sizes: number[] = [];
    const read = readMultipart(request, LIMITS, async ({ body }) => {
      await storage.promise;
      let size = 0;
      for (let piece = await body.next(); piece; piece = await body.next()) size += piece.length;
      sizes.push(size);
    });
    await once(request, 'pause');
    expect(sent.bytes).toBeLessThan(2_000_000);
    storage.resolve();
    await read;
    expect(sizes).toEqual(Array.from({ length: files }, () => bytes));
  });
});
