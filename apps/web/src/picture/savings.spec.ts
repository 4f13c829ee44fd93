import type { Variant } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { savingsOf } from './savings.js';

function variant(width: number, bytes: number, format: Variant['format'] = 'jpeg'): Variant {
  return { name: 'large', format, width, height: width, bytes, url: '/media/x' };
}

describe('savingsOf', () => {
  it('compares the original with the smallest file of the largest size', () => {
    const variants = [variant(150, 5_000), variant(1600, 400_000), variant(1600, 250_000, 'webp')];
    expect(savingsOf({ bytes: 1_000_000, variants })).toMatchObject({
      variant: { format: 'webp' },
      share: 0.75,
    });
  });

  it('returns null when the original is smaller or has no variants yet', () => {
    expect(savingsOf({ bytes: 1_000, variants: [variant(100, 2_000)] })).toBeNull();
    expect(savingsOf({ bytes: 1_000, variants: [] })).toBeNull();
  });
});
