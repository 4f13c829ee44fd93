/** A server as it runs once, from a start to an end. */
export interface RunningServer {
  url: string;
  /** Ends it at once, as the kernel would. */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** A server that is killed and started again; at its next start it may stand at another port. */
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
   * @param begin - starts it once more, each time after its end
   * @param clean - takes away what it leaves, after its last end and when it does not start
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

  /** Of the server that was started last. */
  get url(): string {
    return this.#running.url;
  }

  /** Ends it at once, as the kernel would. */
  async kill(): Promise<void> {
    await this.#running.kill();
  }

  /** Starts it after a {@link kill}. */
  async restart(): Promise<void> {
    this.#running = await this.#begin();
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    try {
      await this.#running.stop();
    } finally {
      await this.#clean();
    }
  }
}
