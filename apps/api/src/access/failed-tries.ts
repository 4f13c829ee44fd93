/** Tries without a wait, for typing errors. */
const FREE_TRIES = 5;
const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;
const FORGET_MS = 15 * 60_000;
/** Maximum number of remembered addresses, so that a flood of addresses cannot fill the memory. */
const MAX_ADDRESSES = 10_000;

interface Tries {
  failed: number;
  lastAt: number;
}

/** Throttles failed tries of the token per client address: after 5 tries, waits of 1, 2, 4 … 60 seconds. */
export class FailedTries {
  readonly #tries = new Map<string, Tries>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Seconds that this address must wait before its next try; 0 if it need not wait. */
  waitSeconds(address: string): number {
    const tries = this.#remembered(address);
    if (tries === undefined || tries.failed < FREE_TRIES) return 0;
    const wait = Math.min(FIRST_WAIT_SECONDS * 2 ** (tries.failed - FREE_TRIES), LONGEST_WAIT_SECONDS);
    return Math.max(0, Math.ceil((tries.lastAt + wait * 1000 - this.#now()) / 1000));
  }

  failed(address: string): void {
    const failed = (this.#remembered(address)?.failed ?? 0) + 1;
    // Deleting first moves the address to the end: the map is in the order of the last tries.
    this.#tries.delete(address);
    this.#tries.set(address, { failed, lastAt: this.#now() });
    if (this.#tries.size > MAX_ADDRESSES) this.#tries.delete(this.#tries.keys().next().value ?? '');
  }

  succeeded(address: string): void {
    this.#tries.delete(address);
  }

  #remembered(address: string): Tries | undefined {
    const tries = this.#tries.get(address);
    return tries === undefined || this.#now() - tries.lastAt > FORGET_MS ? undefined : tries;
  }
}
