import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { inParts } from './parts.js';

const PART = 1_000;

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}

describe('inParts', () => {
  test('keeps what it had when it needs more room', async () => {
    const bytes = randomBytes(700_000);
    for await (const { data, isLast } of inParts(chunks(bytes, 200_000), 1_000_000)) {
      expect(bytes.equals(data)).toBe(true);
      expect(isLast).toBe(true);
    }
    expect.assertions(2);
  });

  const sizes = [0, 1, 999, 1_000, 1_001, 2_000, 2_001, 5_432];
  const chunkSizes = [1, 7, 999, 1_000, 1_001, 10_000];
  test.each(sizes.flatMap((size) => chunkSizes.map((chunk) => [size, chunk] as const)))(
    'cuts %i bytes in chunks of %i',
    async (size, chunk) => {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
      const parts: { data: Buffer; isLast: boolean }[] = [];
      for await (const { data, isLast } of inParts(chunks(bytes, chunk), PART)) {
        parts.push({ data: Buffer.from(data), isLast });
      }
      expect(Buffer.concat(parts.map(({ data }) => data)).equals(bytes)).toBe(true);
      expect(parts).toHaveLength(Math.max(1, Math.ceil(size / PART)));
      expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, index) => index === parts.length - 1));
      for (const { data } of parts.slice(0, -1)) expect(data.byteLength).toBe(PART);
    },
  );
});
