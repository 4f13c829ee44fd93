import { formatSeconds, PictureFault } from '@darkroom/errors';

/** The longest timeout that sharp accepts, in seconds. */
const SHARP_TIMEOUT_MAX = 3600;
/** Milliseconds. A longer Node timer would fire at once. */
const TIMER_MAX = 2 ** 31 - 1;

/** The time limit of one picture, and the signal that aborts its processing. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #end: number;

  /** @param timeoutMs - milliseconds from now */
  constructor(timeoutMs: number, signal?: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#end = performance.now() + timeoutMs;
  }

  /** The remaining time in whole seconds, rounded up, because `sharp.timeout` accepts only whole seconds. */
  get secondsLeft(): number {
    const left = Math.ceil((this.#end - performance.now()) / 1000);
    return Math.min(SHARP_TIMEOUT_MAX, Math.max(1, left));
  }

  /** @throws the signal's reason when aborted, `processing_timeout` after the deadline */
  check(): void {
    this.#signal?.throwIfAborted();
    if (performance.now() >= this.#end) throw this.#fault();
  }

  /**
   * Settles with the work, or rejects at the deadline or the signal, whichever comes first. The abandoned work ends at
   * its next `check` or at sharp's own timeout, and its outcome is dropped.
   */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#fault()), Math.min(TIMER_MAX, this.#end - performance.now()));
    const abort = () => reject(this.#signal?.reason);
    this.#signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work(), promise]);
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener('abort', abort);
    }
  }

  #fault(): PictureFault {
    return timeoutFault(this.#timeoutMs);
  }
}

/** @param timeoutMs - the exceeded limit */
export function timeoutFault(timeoutMs: number): PictureFault {
  return new PictureFault(
    'processing_timeout',
    `Processing took longer than the limit of ${formatSeconds(timeoutMs / 1000)}. Try again later, or scale the picture down.`,
  );
}
