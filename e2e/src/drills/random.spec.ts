import { expect, it } from 'vitest';
import { Random } from './random.js';

const draw = (seed: string): number[] => {
  const random = new Random(seed);
  return Array.from({ length: 20 }, () => random.between(1, 1_000_000));
};

it('draws the same for the same seed, and differently for another', () => {
  expect(draw('7 worker-kill')).toEqual(draw('7 worker-kill'));
  expect(draw('7 worker-kill')).not.toEqual(draw('8 worker-kill'));
});

it('stays within both bounds and reaches them', () => {
  const random = new Random(1);
  const drawn = Array.from({ length: 200 }, () => random.between(3, 5));
  expect(new Set(drawn)).toEqual(new Set([3, 4, 5]));
});

it('returns moments in order, one in each part', () => {
  const moments = new Random(1).moments(4, 100, 200);
  expect(moments.map((moment) => Math.floor((moment - 100) / 25))).toEqual([0, 1, 2, 3]);
});

it('picks nothing from an empty list', () => {
  expect(new Random(1).pick([])).toBeUndefined();
});
