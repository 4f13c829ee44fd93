import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiFault } from '../api/problem.js';
import type { ImagesApi } from '../api/images-api.js';
import type { Toasts } from '../feedback/toasts.js';
import { text } from '../text/en.js';
import { inTurn } from './in-turn.js';

/** Milliseconds in which a deletion can be taken back. */
const UNDO_FOR = 8_000;

export interface PendingDeletesParts {
  readonly api: Pick<ImagesApi, 'delete'>;
  readonly toasts: Toasts;
  /** Told of each picture that is deleted for good. */
  readonly onDeleted: (id: string) => void;
}

/**
 * Deleting with a way back: the pictures leave the screen at once, and the api is told when the time to undo is over or
 * the page is left. Undoing needs no server.
 */
export class PendingDeletes {
  readonly #parts: PendingDeletesParts;
  readonly #hidden = signal<ReadonlySet<string>>(new Set());
  readonly #waiting = new Set<string>();

  constructor(parts: PendingDeletesParts) {
    this.#parts = parts;
    addEventListener('pagehide', () => this.#leave());
  }

  /** Pictures that are not to be shown. */
  get hidden(): ReadonlySignal<ReadonlySet<string>> {
    return this.#hidden;
  }

  delete(ids: readonly string[]): void {
    this.#hide(ids);
    for (const id of ids) this.#waiting.add(id);
    this.#parts.toasts.show(text.toast.deleted(ids.length), {
      lasts: UNDO_FOR,
      action: { label: text.toast.undo, run: () => this.#restore(ids) },
      onGone: () => void this.#commit(ids),
    });
  }

  #restore(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.delete(id);
    this.#unhide(ids);
    this.#parts.toasts.show(text.toast.restored(ids.length));
  }

  async #commit(ids: readonly string[]): Promise<void> {
    const failed = await inTurn(ids, async (id) => {
      if (!this.#waiting.delete(id)) return;
      await this.#parts.api.delete(id).catch(ignoreGone);
      this.#parts.onDeleted(id);
    });
    this.#unhide(ids);
    if (failed.length > 0) this.#parts.toasts.show(text.toast.deleteFailed(failed.length), { tone: 'bad' });
  }

  #leave(): void {
    for (const id of this.#waiting) void this.#parts.api.delete(id, true).catch(() => undefined);
    this.#waiting.clear();
  }

  #hide(ids: readonly string[]): void {
    this.#hidden.value = new Set([...this.#hidden.value, ...ids]);
  }

  #unhide(ids: readonly string[]): void {
    const gone = new Set(ids);
    this.#hidden.value = new Set([...this.#hidden.value].filter((id) => !gone.has(id)));
  }
}

/** Somebody else was quicker: it is deleted all the same. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiFault && error.code === 'not_found')) throw error;
}
