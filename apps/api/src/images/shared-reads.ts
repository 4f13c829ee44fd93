/**
 * Reads that several callers share without anybody getting an answer older than the question: a caller joins a read of
 * the same key that waits to begin, never one that is under way, which may have missed a change that the caller knows
 * of. So there is at most one under way for each key, whatever the number of callers.
 */
export class SharedReads<T> {
  readonly #waiting = new Map<string, Promise<T>>();
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** @param read - reads what belongs to the key; called later, and only for the first who asks */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting;
    const mine = this.#readAfter(this.#underWay.get(key), key, read);
    this.#waiting.set(key, mine);
    return mine;
  }

  async #readAfter(previous: Promise<unknown> | undefined, key: string, read: () => Promise<T>): Promise<T> {
    await previous?.catch(() => undefined);
    // Whoever asks in the same turn of the event loop comes along.
    await new Promise(setImmediate);
    this.#waiting.delete(key);
    const reading = read();
    this.#underWay.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    }
  }
}
