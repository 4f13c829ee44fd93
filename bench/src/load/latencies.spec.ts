import { describe, expect, it } from 'vitest';
import { Latencies } from './latencies.js';

describe('Latencies', () => {
  it('summarises by nearest rank', () => {
    const latencies = new Latencies();
    for (let value = 100; value >= 1; value -= 1) latencies.add(value);
    expect(latencies.count).toBe(100);
    expect(latencies.summary()).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  });

  it('returns NaN without requests', () => {
    expect(new Latencies().summary().p50).toBeNaN();
  });
});
