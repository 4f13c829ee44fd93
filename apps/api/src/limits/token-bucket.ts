/** Maximum number of remembered clients. */
const MAX_CLIENTS = 10_000;

/** A rate limit per client: `perMinute` on average, `burst` at once. */
export class TokenBucket {
  readonly #perMinute: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** When each client's bucket is full again, in milliseconds. A count would accumulate rounding errors. */
  readonly #fullAt = new Map<string, number>();

  /** @param perMinute - 0: no limit */
  constructor(perMinute: number, burst: number, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes one token. @returns 0 if there was one, otherwise the seconds until the next one */
  take(client: string): number {
    if (this.#perMinute === 0) return 0;
    const now = this.#now();
    const token = 60_000 / this.#perMinute;
    const fullAt = Math.max(this.#fullAt.get(client) ?? now, now);
    const wait = Math.round(fullAt + token - now - this.#burst * token);
    // Deleting first moves the client to the end: the map is in the order of the last calls.
    this.#fullAt.delete(client);
    this.#fullAt.set(client, wait > 0 ? fullAt : fullAt + token);
    if (this.#fullAt.size > MAX_CLIENTS) this.#fullAt.delete(this.#fullAt.keys().next().value ?? '');
    return wait > 0 ? Math.ceil(wait / 1_000) : 0;
  }
}
