import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds in which announcements of one kind are gathered into one. */
const GATHER = 700;

/** What assistive technology reads out, politely and not too often. */
export class Announcer {
  readonly #message = signal('');
  readonly #gathered = new Map<string, { count: number; say: (count: number) => string }>();

  get message(): ReadonlySignal<string> {
    return this.#message;
  }

  say(message: string): void {
    // The same words twice are read twice only where the text differs: a space that nobody hears.
    this.#message.value = this.#message.value === message ? `${message}\u00a0` : message;
  }

  /** Counts what comes in a burst, then says it once. */
  count(kind: string, say: (count: number) => string): void {
    const gathered = this.#gathered.get(kind);
    if (gathered !== undefined) {
      gathered.count += 1;
      return;
    }
    const first = { count: 1, say };
    this.#gathered.set(kind, first);
    setTimeout(() => {
      this.#gathered.delete(kind);
      this.say(first.say(first.count));
    }, GATHER);
  }
}
