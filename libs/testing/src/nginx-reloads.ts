/** Follows from nginx's messages who takes connections: workers of the configuration as it is, or of one before. */
export class NginxReloads {
  readonly #current = new Set<string>();
  /** Workers of a configuration before, until they say that they take no more. */
  readonly #former = new Set<string>();
  #isReloading = false;
  readonly #waiting: (() => void)[] = [];

  /** To be called before what brings it about. @returns once nginx goes by another configuration alone */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Takes in a message, at level `notice`. */
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
