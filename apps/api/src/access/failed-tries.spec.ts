import { describe, expect, it } from 'vitest';
import { FailedTries } from './failed-tries.js';

describe('FailedTries', () => {
  function fail(tries: FailedTries, times: number, address = 'a'): void {
    for (let time = 0; time < times; time += 1) tries.failed(address);
  }

  it('are free at first, then cost 1, 2, 4 … 60 seconds', () => {
    const tries = new FailedTries(() => 0);
    const waits: number[] = [];
    for (let time = 0; time < 13; time += 1) {
      waits.push(tries.waitSeconds('a'));
      tries.failed('a');
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    fail(tries, 2_000);
    expect(tries.waitSeconds('a')).toBe(60);
  });

  it('block only until the time is over', () => {
    let now = 0;
    const tries = new FailedTries(() => now);
    fail(tries, 7);
    expect(tries.waitSeconds('a')).toBe(4);
    now = 3_500;
    expect(tries.waitSeconds('a')).toBe(1);
    now = 4_000;
    expect(tries.waitSeconds('a')).toBe(0);
  });

  it('are counted per address', () => {
    const tries = new FailedTries(() => 0);
    fail(tries, 6);
    expect(tries.waitSeconds('b')).toBe(0);
  });

  it('are forgotten after the right token, and after 15 minutes', () => {
    let now = 0;
    const tries = new FailedTries(() => now);
    fail(tries, 20);
    tries.succeeded('a');
    expect(tries.waitSeconds('a')).toBe(0);
    fail(tries, 20);
    now = 15 * 60_000 + 1;
    expect(tries.waitSeconds('a')).toBe(0);
    tries.failed('a');
    expect(tries.waitSeconds('a')).toBe(0);
  });

  it('below the limit are forgotten after 15 minutes too', () => {
    let now = 0;
    const tries = new FailedTries(() => now);
    fail(tries, 4);
    now = 15 * 60_000 + 1;
    fail(tries, 1);
    expect(tries.waitSeconds('a')).toBe(0);
    fail(tries, 4);
    expect(tries.waitSeconds('a')).toBe(1);
  });

  it('of the address that tried longest ago are forgotten first', () => {
    const tries = new FailedTries(() => 0);
    fail(tries, 6, 'old');
    fail(tries, 6, 'busy');
    for (let other = 0; other < 9_998; other += 1) tries.failed(`other ${other}`);
    tries.failed('busy');
    tries.failed('one more');
    expect(tries.waitSeconds('old')).toBe(0);
    expect(tries.waitSeconds('busy')).toBe(4);
  });
});
