/** One bar of the chart. */
export interface Bar {
  /** Start of its minute. */
  readonly at: Date;
  readonly count: number;
  /** Share of the chart's height, from 0 to 1. */
  readonly height: number;
}

export interface Throughput {
  readonly bars: readonly Bar[];
  readonly total: number;
  readonly peak: number;
  /** Value at the top of the chart: a round number. */
  readonly top: number;
}

const MINUTE = 60_000;

/**
 * Calculates the chart of pictures that became ready in the last minutes.
 *
 * @param perMinute - the oldest first; the last one is the current minute
 * @param now - time of the answer
 */
export function throughputOf(perMinute: readonly number[], now: Date): Throughput {
  const peak = Math.max(0, ...perMinute);
  const top = roundUp(peak);
  const current = Math.floor(now.getTime() / MINUTE) * MINUTE;
  const bars = perMinute.map((count, index) => ({
    at: new Date(current - (perMinute.length - 1 - index) * MINUTE),
    count,
    height: count / top,
  }));
  return { bars, total: perMinute.reduce((sum, count) => sum + count, 0), peak, top };
}

/** The next of 5, 10, 20, 50, 100 … */
function roundUp(value: number): number {
  if (value <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
