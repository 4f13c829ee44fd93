/** One run of a server, from its start to its end. */
export interface RunningServer {
  url: string;
  /** Kills it at once, as the kernel would. */
  kill(): Promise<void>;
  /** Shuts it down cleanly. */
  stop(): Promise<void>;
}

/** A server that a test kills and starts again; its next run may use another port. */
export class KillableServer {
  readonly #begin: () => Promise<RunningServer>;
  readonly #clean: () => Promise<unknown>;
  #running: RunningServer;

  private constructor(
    begin: () => Promise<RunningServer>,
    running: RunningServer,
    clean: () => Promise<unknown>,
  ) {
    this.#begin = begin;
    this.#running = running;
    this.#clean = clean;
  }

  /**
   * Starts it for the first time.
   *
   * @param begin - starts it again, each time after its end
   * @param clean - removes its files, after its last end and when it does not start
   */
  static async start(
    begin: () => Promise<RunningServer>,
    clean: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<KillableServer> {
    try {
      return new KillableServer(begin, await begin(), clean);
    } catch (error) {
      await clean();
      throw error;
    }
  }

  /** The address of the current run. */
  get url(): string {
    return this.#running.url;
  }

  /** Kills it at once, as the kernel would. */
  async kill(): Promise<void> {
    await this.#running.kill();
  }

  /** Starts it after a {@link kill}. */
  async restart(): Promise<void> {
    this.#running = await this.#begin();
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    try {
      await this.#running.stop();
    } finally {
      await this.#clean();
    }
  }
}
