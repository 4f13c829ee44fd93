import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** A text that never appears in a log line, error message, template string or JSON. Only {@link Secret.reveal} returns it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** @returns the text. Call this where the text is used, and do not store the result. */
  reveal(): string {
    return this.#value;
  }

  /** Compares a given text in constant time. */
  matches(given: string): boolean {
    // The hashes have equal length, which the comparison needs.
    const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(hash(given), hash(this.#value));
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
