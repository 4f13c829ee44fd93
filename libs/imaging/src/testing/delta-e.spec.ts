import { expect, it } from 'vitest';
import { deltaE2000 } from './delta-e.js';

// Pairs 1, 7, 13, 17 and 25 of the test data in Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", 2005.
it.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
] as const)('matches the published difference of %j and %j', (left, right, expected) => {
  expect(deltaE2000(left, right)).toBeCloseTo(expected, 3);
});
