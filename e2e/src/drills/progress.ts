/** The longest time in which nothing happened although there was something to do. */
export class Progress {
  #since: number | undefined;
  #state: string | undefined;
  #longest = 0;

  /**
   * @param state - changes with whatever is progress
   * @param isBusy - whether there is something left to do
   * @param now - milliseconds, of any beginning
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

  /** Nobody could tell how things stand: that is no progress. */
  sawNothing(now: number): void {
    this.#measure(now);
  }

  /** Milliseconds since the last progress; 0 when nothing is left to do. */
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
