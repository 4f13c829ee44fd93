/** Milliseconds that the speed is measured over. */
const WINDOW = 4_000;

/** Bytes a second over the last few seconds: steady enough to read, quick enough to notice a stall. */
export class SpeedMeter {
  readonly #samples: { at: number; total: number }[] = [];

  /**
   * @param at - milliseconds of any steady clock
   * @param total - bytes sent so far
   */
  add(at: number, total: number): void {
    // A try that starts over sends fewer bytes than it had.
    if (total < (this.#samples.at(-1)?.total ?? 0)) this.#samples.length = 0;
    this.#samples.push({ at, total });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW) this.#samples.shift();
  }

  /** Bytes a second; 0 as long as it cannot be told. */
  read(now: number): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || now - last.at > WINDOW) return 0;
    const milliseconds = last.at - first.at;
    return milliseconds < 200 ? 0 : ((last.total - first.total) * 1000) / milliseconds;
  }
}
