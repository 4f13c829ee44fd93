/** A fixed number of buffers, lent in turn: what bounds the memory of all that goes on at once. */
export class BufferPool {
  readonly bytes: number;
  readonly #free: (Buffer | undefined)[];
  readonly #waiting: ((buffer: Buffer | undefined) => void)[] = [];

  /** @param bytes - size of each buffer, which is made when it is first needed */
  constructor(count: number, bytes: number) {
    this.bytes = bytes;
    this.#free = Array.from({ length: count }, () => undefined);
  }

  /** Lends a buffer for as long as `use` takes; waits, first come first served, while all are lent. */
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
