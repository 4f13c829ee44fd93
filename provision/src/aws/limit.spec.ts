import { expect, it } from 'vitest';
import { createLimit } from './limit.js';

it('runs no more work at a time than the limit, and finishes all of it after failures', async () => {
  const limit = createLimit(3);
  let running = 0;
  let peak = 0;
  const work = async (number: number) => {
    running += 1;
    peak = Math.max(peak, running);
    await Promise.resolve();
    running -= 1;
    if (number % 4 === 0) throw new Error('failed');
    return number;
  };
  const all = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => limit(() => work(at))));
  expect(peak).toBe(3);
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
});
