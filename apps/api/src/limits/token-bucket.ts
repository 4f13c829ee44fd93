/** Clients remembered at most. */
const MAX_CLIENTS = 10_000;

/** A rate limit per client: `perMinute` on average, `burst` at once. */
export class TokenBucket {
  readonly #perMinute: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #clients = new Map<string, { tokens: number; at: number }>();

  /** @param perMinute - 0: no limit */
  constructor(perMinute: number, burst: number, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#burst = burst;
    this.#now = now;
  }

  /** Takes one token. @returns 0 when there was one, else the seconds until there will be */
  take(client: string): number {
    if (this.#perMinute === 0) return 0;
    const now = this.#now();
    const known = this.#clients.get(client) ?? { tokens: this.#burst, at: now };
    const tokens = Math.min(this.#burst, known.tokens + ((now - known.at) / 60_000) * this.#perMinute);
    this.#clients.delete(client);
    this.#clients.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.#clients.size > MAX_CLIENTS) this.#clients.delete(this.#clients.keys().next().value ?? '');
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / this.#perMinute) * 60);
  }
}
