import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiFault } from '../api/problem.js';
import type { ImagesApi } from '../api/images-api.js';
import type { Toasts } from '../feedback/toasts.js';
import { text } from '../text/en.js';
import { runInParallel } from './run-in-parallel.js';

/** Milliseconds in which a deletion can be undone. */
const UNDO_FOR = 8_000;

export interface PendingDeletesParts {
  readonly api: Pick<ImagesApi, 'delete'>;
  readonly toasts: Toasts;
  /** Called for each picture that is permanently deleted. */
  readonly onDeleted: (id: string) => void;
}

/**
 * Deletes with undo. The pictures disappear at once. The api is called when the time to undo is over or the page is
 * closed, so undo works without the server.
 */
export class PendingDeletes {
  readonly #parts: PendingDeletesParts;
  readonly #hidden = signal<ReadonlySet<string>>(new Set());
  readonly #waiting = new Set<string>();

  constructor(parts: PendingDeletesParts) {
    this.#parts = parts;
    addEventListener('pagehide', () => this.#commitAll());
  }

  /** Ids of pictures that must not be shown. */
  get hidden(): ReadonlySignal<ReadonlySet<string>> {
    return this.#hidden;
  }

  /** @param message - shown beside "Undo" */
  delete(ids: readonly string[], message = text.toast.deleted(ids.length)): void {
    this.#hide(ids);
    for (const id of ids) this.#waiting.add(id);
    this.#parts.toasts.show(message, {
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
    const failed = await runInParallel(ids, async (id) => {
      if (!this.#waiting.delete(id)) return;
      await this.#parts.api.delete(id).catch(ignoreNotFound);
      this.#parts.onDeleted(id);
    });
    this.#unhide(ids);
    if (failed.length > 0) this.#parts.toasts.show(text.toast.deleteFailed(failed.length), { tone: 'bad' });
  }

  #commitAll(): void {
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

/** Ignores `not_found`: someone else has deleted the picture. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof ApiFault && error.code === 'not_found')) throw error;
}
