import { expect, it } from 'vitest';
import { OptionFault, readOptions } from './drill-options.js';

const NAMES = ['worker-kill', 'storm'];
const read = (...args: string[]) => readOptions(args, NAMES);

it('runs the long form by default, with a random seed', () => {
  const { seed, ...options } = read();
  expect(seed).toBeGreaterThanOrEqual(0);
  expect(options).toMatchObject({ count: 1_000, only: [], scale: { blows: 10 }, json: undefined });
});

it('lets options override the short form', () => {
  expect(read('--short')).toMatchObject({ count: 60, scale: { blows: 1 } });
  expect(read('--short', '--blows', '2', '--count', '80', '--seed', '7')).toMatchObject({
    count: 80,
    seed: 7,
    scale: { blows: 2, outage: read('--short').scale.outage },
  });
});

it('accepts several drills by name', () => {
  expect(read('--only', 'storm,worker-kill').only).toEqual(['storm', 'worker-kill']);
});

it.each([
  [['--only', 'rain'], '--only: expected names of drills (--list shows them), got "rain".'],
  [['--count', '3'], '--count: expected a whole number from 10 to 1,000,000, got "3".'],
  [['--seed', 'x'], '--seed: expected a whole number'],
  [['--sead', '1'], '--sead'],
])('refuses %j with a sentence', (args, message) => {
  expect(() => read(...args)).toThrow(OptionFault);
  expect(() => read(...args)).toThrow(message);
});
