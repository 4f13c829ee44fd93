import { expect, it } from 'vitest';
import { Progress } from './progress.js';

it('measures the time without a change while work is left', () => {
  const progress = new Progress();
  progress.saw('1 of 3', true, 0);
  progress.saw('1 of 3', true, 4_000);
  progress.sawNothing(6_000);
  progress.saw('2 of 3', true, 7_000);
  progress.saw('2 of 3', true, 8_000);
  expect(progress.longest).toBe(7_000);
  expect(progress.pausedFor(8_500)).toBe(1_500);
});

it('does not measure the time when no work is left', () => {
  const progress = new Progress();
  progress.saw('all', false, 0);
  progress.saw('all', false, 60_000);
  progress.saw('one more', true, 61_000);
  progress.saw('two more', true, 62_000);
  expect(progress.longest).toBe(1_000);
});
