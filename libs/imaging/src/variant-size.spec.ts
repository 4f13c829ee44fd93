import { describe, expect, it } from 'vitest';
import { variantSize } from './variant-size.js';

describe('variantSize', () => {
  it.each([
    [{ width: 4000, height: 3000 }, 1600, { width: 1600, height: 1200 }],
    [{ width: 3000, height: 4000 }, 1600, { width: 1200, height: 1600 }],
    [{ width: 500, height: 500 }, 150, { width: 150, height: 150 }],
    // 150 × 3 / 4 = 112.5: a half is rounded up.
    [{ width: 400, height: 300 }, 150, { width: 150, height: 113 }],
    [{ width: 2725, height: 2225 }, 1600, { width: 1600, height: 1306 }],
    [{ width: 1, height: 10_000 }, 150, { width: 1, height: 150 }],
    [{ width: 10_000, height: 1 }, 1600, { width: 1600, height: 1 }],
    // A variant is never enlarged.
    [{ width: 320, height: 200 }, 320, { width: 320, height: 200 }],
    [{ width: 8, height: 5 }, 1600, { width: 8, height: 5 }],
    [{ width: 1, height: 1 }, 150, { width: 1, height: 1 }],
  ])('of %j at %i is %j', (source, longSide, expected) => {
    expect(variantSize(source, longSide)).toEqual(expected);
  });

  it('keeps the proportion and the limits over a sweep of sizes', () => {
    for (const longSide of [1, 2, 100, 150, 320, 799, 1600]) {
      for (let width = 1; width < 3000; width += 37) {
        for (let height = 1; height < 3000; height += 41) {
          const size = variantSize({ width, height }, longSide);
          const long = Math.max(width, height);
          expect(Math.max(size.width, size.height)).toBe(Math.min(long, longSide));
          const exact = (Math.min(width, height) * Math.min(long, longSide)) / long;
          const short = Math.min(size.width, size.height);
          // The nearest integer, rounded half up, and at least 1.
          expect(short - Math.max(exact, 0.5)).toBeGreaterThan(-0.5);
          expect(short - Math.max(exact, 0.5)).toBeLessThanOrEqual(0.5);
          expect(variantSize({ width: height, height: width }, longSide)).toEqual({
            width: size.height,
            height: size.width,
          });
        }
      }
    }
  });
});
