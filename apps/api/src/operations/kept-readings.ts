/** Milliseconds for which a reading is kept at least. */
const KEPT_MS = 1_000;
/** A reading is kept for so many times as long as it took: reading costs a tenth of a connection at most. */
const KEPT_TIMES = 10;

interface Kept<T> {
  value: Promise<T>;
  /** Infinity while it is being read. */
  until: number;
}

/**
 * Readings that cost something and are asked for often, by key. Whoever asks while one is under way waits for that one;
 * a reading that failed is not kept.
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
      // Whoever asked is told; the next one asks anew.
      this.#kept.delete(key);
    }
  }
}
