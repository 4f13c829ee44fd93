/** A fixed number of buffers to lend: the bound on the memory of all concurrent uploads. */
export class BufferPool {
  readonly bytes: number;
  readonly #free: (Buffer | undefined)[];
  readonly #waiting: ((buffer: Buffer | undefined) => void)[] = [];

  /** @param bytes - size of each buffer, which is allocated at its first use */
  constructor(count: number, bytes: number) {
    this.bytes = bytes;
    this.#free = Array.from({ length: count }, () => undefined);
  }

  /** Lends a buffer while `use` runs; waits, first come, first served, while all are lent. */
  async lend<T>(use: (buffer: Buffer) => Promise<T>): Promise<T> {
    const kept = this.#free.length > 0 ? this.#free.pop() : await this.#next();
    const buffer = kept ?? Buffer.allocUnsafeSlow(this.bytes);
    try {
      return await use(buffer);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(buffer);
      else this.#free.push(buffer);
    }
  }

  #next(): Promise<Buffer | undefined> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
