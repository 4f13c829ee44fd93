import type { ChildService } from './child-service.js';

interface Server {
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Everything that was started, in this order. It stops in reverse order. */
export class Running {
  readonly #stops: { name: string; stop: () => unknown }[] = [];
  readonly #services: ChildService[] = [];
  #stopping: Promise<void> | undefined;
  #report: (sentence: string) => void = () => undefined;

  /** Resolves with one sentence when a server or a service ends unexpectedly. */
  readonly broken = new Promise<string>((resolve) => {
    this.#report = (sentence) => {
      if (this.#stopping === undefined) resolve(sentence);
    };
  });

  addServer(name: string, server: Server): void {
    void server.ended.then((how) => this.#report(`${name} stopped unexpectedly (${how}).`));
    this.#stops.push({ name: name.toLowerCase(), stop: () => server.stop() });
  }

  addService(service: ChildService): void {
    void service.ended.then((sentence) => this.#report(sentence));
    this.#services.push(service);
    this.#stops.push({ name: `the ${service.name}`, stop: () => service.stop() });
  }

  /** Adds a step to run after everything added later has stopped. */
  addLast(work: () => unknown): void {
    this.#stops.push({ name: '', stop: work });
  }

  /**
   * Stops everything, one part after another. A second call waits for the first.
   *
   * @param report - called with the name of each part before it is stopped
   */
  stop(report: (name: string) => void = () => undefined): Promise<void> {
    this.#stopping ??= this.#stopAll(report);
    return this.#stopping;
  }

  async #stopAll(report: (name: string) => void): Promise<void> {
    for (const { name, stop } of this.#stops.toReversed()) {
      if (name !== '') report(name);
      try {
        await stop();
      } catch {
        // Continue with the others; the watchdog kills what does not stop.
      }
    }
  }

  /** Kills the services without waiting for jobs in flight. Database and broker still stop in order. */
  force(): void {
    for (const service of this.#services) service.kill();
  }
}
