import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds in which announcements of one kind are combined. */
const GATHER = 700;

/** What screen readers announce, politely and not too often. */
export class Announcer {
  readonly #message = signal('');
  readonly #gathered = new Map<string, { count: number; say: (count: number) => string }>();

  get message(): ReadonlySignal<string> {
    return this.#message;
  }

  say(message: string): void {
    // Screen readers announce a repeated text only if it changes, so it gets a space that is not spoken.
    this.#message.value = this.#message.value === message ? `${message}\u00a0` : message;
  }

  /** Counts the events of a burst and announces them once. */
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
