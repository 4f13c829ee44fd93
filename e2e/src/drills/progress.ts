/** Measures the longest time in which nothing happened although work was left. */
export class Progress {
  #since: number | undefined;
  #state: string | undefined;
  #longest = 0;

  /**
   * @param state - differs after any progress
   * @param isBusy - whether work is left
   * @param now - milliseconds, from any origin
   */
  saw(state: string, isBusy: boolean, now: number): void {
    this.#measure(now);
    if (state === this.#state && isBusy) {
      this.#since ??= now;
      return;
    }
    this.#state = state;
    this.#since = isBusy ? now : undefined;
  }

  /** The state could not be read, which counts as no progress. */
  sawNothing(now: number): void {
    this.#measure(now);
  }

  /** Milliseconds since the last progress; 0 when no work is left. */
  pausedFor(now: number): number {
    return this.#since === undefined ? 0 : now - this.#since;
  }

  /** Milliseconds. */
  get longest(): number {
    return this.#longest;
  }

  #measure(now: number): void {
    this.#longest = Math.max(this.#longest, this.pausedFor(now));
  }
}
