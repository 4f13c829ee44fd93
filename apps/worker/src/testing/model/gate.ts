import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<Gate>();

/** Stops a piece of work before each call to storage, catalogue or queue until the test lets it continue. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;
  #isDead = false;
  #arrived = Promise.withResolvers<void>();
  /** Resolves when the work has ended. */
  readonly ended: Promise<void>;
  hasEnded = false;

  /** Runs the work up to its first call. */
  constructor(work: () => Promise<void>) {
    this.ended = current.run(this, work).finally(() => {
      this.hasEnded = true;
      this.#arrived.resolve();
    });
    this.ended.catch(() => undefined);
  }

  /** Called by the work before each call. */
  async pass(): Promise<void> {
    if (this.#isDead) return new Promise<never>(() => undefined);
    if (this.#isOpen) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arrived.resolve();
    });
  }

  /** Resolves when the work has stopped before a call, or has ended. */
  async settled(): Promise<void> {
    await this.#arrived.promise;
  }

  /** Lets one call through, and waits until the work stops before the next one. */
  async step(): Promise<void> {
    if (this.hasEnded) return;
    this.#arrived = Promise.withResolvers();
    for (const go of this.#waiting.splice(0)) go();
    await this.settled();
  }

  /** Lets all remaining calls through. */
  async open(): Promise<void> {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
    await this.ended;
  }

  /** Kills the work's process: it makes no further call. */
  kill(): void {
    this.#isDead = true;
    this.#waiting.splice(0);
  }
}

/** Wraps an object so that each of its calls stops at the gate of the calling work. Calls outside of work pass. */
export function gated<T extends object>(target: T): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value === 'object' && value !== null) return gated(value);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const gate = current.getStore();
        const call = (): unknown => Reflect.apply(value, target, args);
        // A listing is read step by step, not awaited.
        if (gate === undefined || name === 'list') return call();
        return gate.pass().then(call);
      };
    },
  });
}
