/** Minimum milliseconds for which a reading is kept. */
const KEPT_MS = 1_000;
/** A reading is kept for this many times its duration, so that reading uses at most a tenth of a connection. */
const KEPT_TIMES = 10;

interface Kept<T> {
  value: Promise<T>;
  /** When the reading expires; Infinity during the read. */
  until: number;
}

/**
 * Caches expensive readings that are requested often, by key. A call during a read waits for that read. A failed read
 * is not kept.
 */
export class KeptReadings<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept<T>>();

  constructor(read: (key: string) => Promise<T>, now: () => number = () => performance.now()) {
    this.#read = read;
    this.#now = now;
  }

  get(key: string): Promise<T> {
    for (const [other, { until }] of this.#kept) if (until <= this.#now()) this.#kept.delete(other);
    const known = this.#kept.get(key);
    if (known !== undefined) return known.value;
    const begun = this.#now();
    const kept: Kept<T> = { value: this.#read(key), until: Infinity };
    this.#kept.set(key, kept);
    void this.#age(key, kept, begun);
    return kept.value;
  }

  async #age(key: string, kept: Kept<T>, begun: number): Promise<void> {
    try {
      await kept.value;
      const took = this.#now() - begun;
      kept.until = this.#now() + Math.max(KEPT_MS, KEPT_TIMES * took);
    } catch {
      // The callers get the error; the next call reads again.
      this.#kept.delete(key);
    }
  }
}
