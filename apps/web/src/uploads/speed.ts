/** Milliseconds over which the speed is measured. */
const WINDOW = 4_000;

/** Measures bytes per second over the last few seconds: steady enough to read, fast enough to show a stall. */
export class SpeedMeter {
  readonly #samples: { at: number; total: number }[] = [];

  /**
   * @param at - milliseconds of a monotonic clock
   * @param total - bytes sent so far
   */
  add(at: number, total: number): void {
    // A retry starts again with fewer bytes.
    if (total < (this.#samples.at(-1)?.total ?? 0)) this.#samples.length = 0;
    this.#samples.push({ at, total });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW) this.#samples.shift();
  }

  /** Bytes per second; 0 until there are enough samples. */
  read(now: number): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || now - last.at > WINDOW) return 0;
    const milliseconds = last.at - first.at;
    return milliseconds < 200 ? 0 : ((last.total - first.total) * 1000) / milliseconds;
  }
}
