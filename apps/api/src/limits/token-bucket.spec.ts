import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('allows a burst at once, then the rate per minute', () => {
    let now = 0;
    const bucket = new TokenBucket(60, 3, () => now);
    expect([bucket.take('a'), bucket.take('a'), bucket.take('a'), bucket.take('a')]).toEqual([0, 0, 0, 1]);
    now = 1_000;
    expect([bucket.take('a'), bucket.take('a')]).toEqual([0, 1]);
  });

  it('returns the seconds until the next token, and a refused call costs nothing', () => {
    let now = 0;
    const bucket = new TokenBucket(2, 1, () => now);
    expect([bucket.take('a'), bucket.take('a')]).toEqual([0, 30]);
    now = 10_000;
    expect(bucket.take('a')).toBe(20);
    now = 30_000;
    expect(bucket.take('a')).toBe(0);
  });

  it('never holds more than the burst', () => {
    let now = 0;
    const bucket = new TokenBucket(60, 2, () => now);
    bucket.take('a');
    now = 3_600_000;
    expect([bucket.take('a'), bucket.take('a'), bucket.take('a')]).toEqual([0, 0, 1]);
  });

  it('separates clients, and remembers a throttled client until 10,000 others have called', () => {
    const bucket = new TokenBucket(1, 1, () => 0);
    expect([bucket.take('a'), bucket.take('b'), bucket.take('a')]).toEqual([0, 0, 60]);
    for (let client = 0; client < 9_999; client += 1) bucket.take(`other ${client}`);
    expect(bucket.take('a')).toBe(60);
  });

  it('lets everything through at 0 a minute', () => {
    const bucket = new TokenBucket(0, 1, () => 0);
    expect(Array.from({ length: 100 }, () => bucket.take('a'))).toEqual(Array.from({ length: 100 }, () => 0));
  });
});
