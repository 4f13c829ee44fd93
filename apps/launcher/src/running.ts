import type { ChildService } from './child-service.js';

interface Server {
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Everything that was started, in the order of its start; it stops in the reverse order. */
export class Running {
  readonly #stops: { name: string; stop: () => unknown }[] = [];
  readonly #services: ChildService[] = [];
  #stopping: Promise<void> | undefined;
  #tell: (sentence: string) => void = () => undefined;

  /** Resolves with one sentence when something ends that nobody asked to. */
  readonly broken = new Promise<string>((resolve) => {
    this.#tell = (sentence) => {
      if (this.#stopping === undefined) resolve(sentence);
    };
  });

  addServer(name: string, server: Server): void {
    void server.ended.then((how) => this.#tell(`${name} stopped unexpectedly (${how}).`));
    this.#stops.push({ name: name.toLowerCase(), stop: () => server.stop() });
  }

  addService(service: ChildService): void {
    void service.ended.then((sentence) => this.#tell(sentence));
    this.#services.push(service);
    this.#stops.push({ name: `the ${service.name}`, stop: () => service.stop() });
  }

  /** What is to be done when everything added after it has ended. */
  addLast(work: () => unknown): void {
    this.#stops.push({ name: '', stop: work });
  }

  /**
   * Stops everything, one after the other; a second call waits for the first.
   *
   * @param report - told the name of each part before it is stopped
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
        // The rest is stopped all the same, and the watchdog ends what resists.
      }
    }
  }

  /** Ends our services without waiting for the work in hand; the servers below them still stop in order. */
  force(): void {
    for (const service of this.#services) service.kill();
  }
}
