/** One bar of the chart. */
export interface Bar {
  /** When its minute began. */
  readonly at: Date;
  readonly count: number;
  /** Of the chart's size: from 0 to 1. */
  readonly height: number;
}

export interface Throughput {
  readonly bars: readonly Bar[];
  readonly total: number;
  readonly peak: number;
  /** What the top of the chart stands for: a round number, so that its line can be read. */
  readonly top: number;
}

const MINUTE = 60_000;

/**
 * Lays out what became ready in the last minutes.
 *
 * @param perMinute - the oldest first; the last one has just begun
 * @param now - when that was told
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
