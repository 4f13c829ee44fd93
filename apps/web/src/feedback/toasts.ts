import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds that a toast stays, not counting those in which it is looked at. */
const SHOWN_FOR = 5_000;

export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly tone: 'plain' | 'bad';
  readonly action: { readonly label: string; readonly run: () => void } | null;
  /** Milliseconds until it goes by itself. */
  readonly lasts: number;
  /** Runs when it goes, unless its action was taken. */
  readonly onGone: (() => void) | null;
}

/** Short messages at the edge of the page, one of which may offer to undo. */
export class Toasts {
  readonly #toasts = signal<readonly Toast[]>([]);
  #nextId = 1;

  get all(): ReadonlySignal<readonly Toast[]> {
    return this.#toasts;
  }

  show(message: string, options: Partial<Omit<Toast, 'id' | 'message'>> = {}): number {
    const id = this.#nextId++;
    const toast: Toast = {
      tone: 'plain',
      action: null,
      lasts: SHOWN_FOR,
      onGone: null,
      ...options,
      id,
      message,
    };
    this.#toasts.value = [...this.#toasts.value, toast];
    return id;
  }

  /** Takes a toast away: its time is over, or a person has read it. */
  dismiss(id: number): void {
    this.#remove(id)?.onGone?.();
  }

  act(id: number): void {
    this.#remove(id)?.action?.run();
  }

  #remove(id: number): Toast | undefined {
    const toast = this.#toasts.value.find((one) => one.id === id);
    this.#toasts.value = this.#toasts.value.filter((one) => one.id !== id);
    return toast;
  }
}
