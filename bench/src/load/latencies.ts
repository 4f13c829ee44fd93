/** Milliseconds. */
export interface LatencySummary {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Collects the latencies of requests. */
export class Latencies {
  readonly #milliseconds: number[] = [];

  get count(): number {
    return this.#milliseconds.length;
  }

  add(milliseconds: number): void {
    this.#milliseconds.push(milliseconds);
  }

  /** NaN when there were no requests. */
  summary(): LatencySummary {
    const sorted = Float64Array.from(this.#milliseconds).toSorted();
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
