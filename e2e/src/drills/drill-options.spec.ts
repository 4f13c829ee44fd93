import { expect, it } from 'vitest';
import { OptionFault, readOptions } from './drill-options.js';

const NAMES = ['worker-kill', 'storm'];
const read = (...args: string[]) => readOptions(args, NAMES);

it('the long form by default, with a seed of its own', () => {
  const { seed, ...options } = read();
  expect(seed).toBeGreaterThanOrEqual(0);
  expect(options).toMatchObject({ count: 1_000, only: [], scale: { blows: 10 }, json: undefined });
});

it('the short form, and what is named beside it', () => {
  expect(read('--short')).toMatchObject({ count: 60, scale: { blows: 1 } });
  expect(read('--short', '--blows', '2', '--count', '80', '--seed', '7')).toMatchObject({
    count: 80,
    seed: 7,
    scale: { blows: 2, outage: read('--short').scale.outage },
  });
});

it('several drills by name', () => {
  expect(read('--only', 'storm,worker-kill').only).toEqual(['storm', 'worker-kill']);
});

it.each([
  [['--only', 'rain'], 'there is no drill rain'],
  [['--count', '3'], '--count takes a whole number from 10'],
  [['--seed', 'x'], '--seed takes a whole number'],
  [['--sead', '1'], '--sead'],
])('%j is refused with a sentence', (args, message) => {
  expect(() => read(...args)).toThrow(OptionFault);
  expect(() => read(...args)).toThrow(message);
});
