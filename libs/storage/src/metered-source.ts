import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { tooLarge } from './errors.js';
import type { PutOptions, WrittenObject } from './object-storage.js';

/**
 * Counts and hashes the bytes of a put as they pass. Iterate it once, then destroy it.
 *
 * Throws the source's own error, the reason of an aborted signal (even while the source is silent), or `too_large`.
 */
export class MeteredSource {
  readonly #source: AsyncIterable<Uint8Array> | Readable;
  readonly #options: Pick<PutOptions, 'signal' | 'maxBytes'>;
  readonly #hash = createHash('sha256');
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #bytes = 0;

  constructor(
    source: AsyncIterable<Uint8Array> | Readable,
    options: Pick<PutOptions, 'signal' | 'maxBytes'>,
  ) {
    this.#source = source;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal, maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    signal?.throwIfAborted();
    const source: AsyncIterable<Uint8Array> = this.#source;
    const chunks = source[Symbol.asyncIterator]();
    this.#chunks = chunks;
    const abortable = new AbortableWait(signal);
    try {
      for (;;) {
        const next = await abortable.wait(() => chunks.next());
        // An abort during the last chunk counts too.
        signal?.throwIfAborted();
        if (next.done) return;
        this.#bytes += next.value.byteLength;
        if (this.#bytes > maxBytes) throw tooLarge(maxBytes);
        this.#hash.update(next.value);
        yield next.value;
      }
    } finally {
      abortable.end();
    }
  }

  /** Drops the source without waiting for it; harmless when it was read to its end. */
  destroy(): void {
    if (this.#source instanceof Readable) this.#source.destroy();
    // Errors of a source that was dropped are ignored.
    else this.#chunks?.return?.().catch(() => {});
  }

  /** The totals, once all bytes have passed. */
  written(key: string): WrittenObject {
    return { key, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/**
 * Waits for a source that may never answer: a generator that waits cannot be stopped, because its `return()` waits too.
 * Not `Promise.race` with a long-lived promise: that promise would hold every chunk until the end of the put.
 */
class AbortableWait {
  readonly #signal: AbortSignal | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  readonly #onAbort = () => this.#reject?.(this.#signal?.reason);

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** @throws the signal's reason as soon as it aborts */
  wait<T>(step: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // First, because the step itself may abort.
      this.#reject = reject;
      step().then(resolve, reject);
    });
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
