import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds that a toast stays, without the time that the pointer or the focus is on it. */
const SHOWN_FOR = 5_000;

export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly tone: 'plain' | 'bad';
  readonly action: { readonly label: string; readonly run: () => void } | null;
  /** Milliseconds until it disappears. */
  readonly lasts: number;
  /** Runs when it disappears, unless its action has run. */
  readonly onGone: (() => void) | null;
}

/** Short messages at the edge of the page. A message can offer an action, such as undo. */
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

  /** Removes a toast because its time is over or the user closed it. */
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
