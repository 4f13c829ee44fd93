/**
 * Reads that several callers share without getting an answer older than their call. A caller joins a read of the same
 * key that has not begun, never one in progress, which may have missed a change that the caller knows of. So at most
 * one read per key is in progress, for any number of callers.
 */
export class SharedReads<T> {
  readonly #waiting = new Map<string, Promise<T>>();
  readonly #inProgress = new Map<string, Promise<unknown>>();

  /** @param read - reads the value of the key; called later, and only for the first caller */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting;
    const mine = this.#readAfter(this.#inProgress.get(key), key, read);
    this.#waiting.set(key, mine);
    return mine;
  }

  async #readAfter(previous: Promise<unknown> | undefined, key: string, read: () => Promise<T>): Promise<T> {
    await previous?.catch(() => undefined);
    // Calls in the same turn of the event loop share this read.
    await new Promise(setImmediate);
    this.#waiting.delete(key);
    const reading = read();
    this.#inProgress.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#inProgress.get(key) === reading) this.#inProgress.delete(key);
    }
  }
}
