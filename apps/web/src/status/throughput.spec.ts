import { describe, expect, it } from 'vitest';
import { throughputOf } from './throughput.js';

const now = new Date('2026-11-21T12:34:56Z');

describe('throughputOf', () => {
  it('ends with the current minute', () => {
    const { bars } = throughputOf([1, 2, 3], now);
    expect(bars.map(({ at }) => at.toISOString().slice(11, 16))).toEqual(['12:32', '12:33', '12:34']);
  });

  it('returns the total and the peak', () => {
    expect(throughputOf([0, 7, 3], now)).toMatchObject({ total: 10, peak: 7 });
  });

  it.each([
    [0, 5],
    [5, 5],
    [6, 10],
    [11, 20],
    [43, 50],
    [501, 1000],
  ])('scales a chart with the peak %i to %i', (peak, top) => {
    expect(throughputOf([peak], now).top).toBe(top);
  });

  it('scales the bars to the height of the chart', () => {
    const { bars } = throughputOf([0, 10, 5], now);
    expect(bars.map(({ height }) => height)).toEqual([0, 1, 0.5]);
  });
});
