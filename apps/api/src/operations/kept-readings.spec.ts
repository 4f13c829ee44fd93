import { describe, expect, it } from 'vitest';
import { KeptReadings } from './kept-readings.js';

/** Readings that last for this many milliseconds, on a fake clock. */
function readingsOf(tookMs: number) {
  let now = 0;
  const asked: string[] = [];
  const readings = new KeptReadings(
    async (key) => {
      asked.push(key);
      now += tookMs;
      return `${key}${asked.length}`;
    },
    () => now,
  );
  return { readings, asked, pass: (ms: number) => (now += ms) };
}

describe('KeptReadings', () => {
  it('keeps a quick reading for a second, by its key', async () => {
    const { readings, asked, pass } = readingsOf(1);
    expect(await readings.get('a')).toBe('a1');
    pass(999);
    expect(await readings.get('a')).toBe('a1');
    expect(await readings.get('b')).toBe('b2');
    pass(2);
    expect(await readings.get('a')).toBe('a3');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('keeps a slow reading for ten times as long as it took', async () => {
    const { readings, asked, pass } = readingsOf(500);
    await readings.get('a');
    pass(4_999);
    await readings.get('a');
    pass(2);
    await readings.get('a');
    expect(asked).toHaveLength(2);
  });

  it('reads once for all calls during a read, and does not keep a failure', async () => {
    let tries = 0;
    const readings = new KeptReadings(async () => {
      tries += 1;
      if (tries === 1) throw new Error('down');
      return tries;
    });
    const both = await Promise.allSettled([readings.get('a'), readings.get('a')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await readings.get('a')).toBe(2);
  });
});
