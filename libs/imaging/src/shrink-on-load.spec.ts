import { expect, it } from 'vitest';
import { shrinkOnLoad } from './shrink-on-load.js';

it.each([
  ['12 megapixels', [4000, 3000], [1600, 1200], 2],
  ['48 megapixels', [8000, 6000], [1600, 1200], 4],
  ['exactly twice the size, which leaves nothing to the resizer', [3200, 2400], [1600, 1200], 1],
  ['less than twice the size', [3000, 2000], [1600, 1067], 1],
  ['an odd side', [4001, 3000], [1600, 1200], 1],
  ['a side that divides only by two', [8002, 6002], [1600, 1200], 2],
  ['a larger factor than libjpeg supports', [32_000, 24_000], [1600, 1200], 8],
  ['a picture that sharp would shrink a second time', [9602, 4802], [1600, 800], 1],
  ['a picture of the wanted size', [800, 600], [800, 600], 1],
] as const)('shrinks %s as far as it divides evenly', (_, [width, height], [wide, high], shrink) => {
  expect(shrinkOnLoad({ width, height }, { width: wide, height: high })).toBe(shrink);
});
