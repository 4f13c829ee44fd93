/** Tracks, from nginx's messages, whether only workers of the current configuration accept connections. */
export class NginxReloads {
  readonly #current = new Set<string>();
  /** Workers of an earlier configuration, until they report that they accept no more connections. */
  readonly #former = new Set<string>();
  #isReloading = false;
  readonly #waiting: (() => void)[] = [];

  /** Call it before the change. @returns once nginx uses only the new configuration */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Reads a message of level `notice`. */
  read(message: string): void {
    if (message.includes('reconfiguring')) {
      this.#isReloading = true;
      for (const worker of this.#current) this.#former.add(worker);
      this.#current.clear();
    }
    const started = /start worker process (\d+)/.exec(message)?.[1];
    if (started !== undefined) this.#current.add(started);
    const left =
      /\[notice\] (\d+)#.*gracefully shutting down/.exec(message) ??
      /worker process (\d+) exited/.exec(message);
    this.#former.delete(left?.[1] ?? '');
    if (!this.#isReloading || this.#current.size === 0 || this.#former.size > 0) return;
    this.#isReloading = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
