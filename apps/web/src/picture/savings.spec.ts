import type { Variant } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { savingsOf } from './savings.js';

function variant(width: number, bytes: number, format: Variant['format'] = 'jpeg'): Variant {
  return { name: 'large', format, width, height: width, bytes, url: '/media/x' };
}

describe('what a picture saves', () => {
  it('is told of the lightest variant of the largest size', () => {
    const variants = [variant(150, 5_000), variant(1600, 400_000), variant(1600, 250_000, 'webp')];
    expect(savingsOf({ bytes: 1_000_000, variants })).toMatchObject({
      variant: { format: 'webp' },
      share: 0.75,
    });
  });

  it('is nothing where the original is lighter, or nothing is made yet', () => {
    expect(savingsOf({ bytes: 1_000, variants: [variant(100, 2_000)] })).toBeNull();
    expect(savingsOf({ bytes: 1_000, variants: [] })).toBeNull();
  });
});
