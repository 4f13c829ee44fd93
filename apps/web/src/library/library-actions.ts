import type { Signal } from '@preact/signals';
import type { ImageChange, ImagesApi } from '../api/images-api.js';
import { ApiFault } from '../api/problem.js';
import type { Toasts } from '../feedback/toasts.js';
import { text } from '../text/en.js';
import { runInParallel } from './run-in-parallel.js';
import type { Library } from './library.js';
import type { PendingDeletes } from './pending-deletes.js';
import { NOTHING_SELECTED, type Selection } from './selection.js';

export interface LibraryActionsParts {
  readonly api: ImagesApi;
  readonly library: Library;
  readonly deletes: PendingDeletes;
  readonly toasts: Toasts;
  readonly selection: Signal<Selection>;
}

/** Actions on one picture or on many. */
export class LibraryActions {
  readonly #parts: LibraryActionsParts;

  constructor(parts: LibraryActionsParts) {
    this.#parts = parts;
  }

  /** Deletes pictures, with undo. */
  delete(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#parts.deletes.delete(ids);
    this.#parts.selection.value = NOTHING_SELECTED;
  }

  /** Retries failed pictures. */
  async retry(ids: readonly string[]): Promise<void> {
    const { api, toasts } = this.#parts;
    const failed = await this.#each(ids, (id) => api.retry(id));
    const retried = ids.length - failed;
    if (retried > 0) toasts.show(ids.length === 1 ? text.toast.retried : text.selection.retried(retried));
    this.#showFailed(failed);
  }

  /** Adds tags to pictures and keeps the tags that they have. */
  async addTags(ids: readonly string[], tags: readonly string[]): Promise<void> {
    const { api, library, toasts } = this.#parts;
    const failed = await this.#each(ids, (id) => {
      const before = library.state.value.images.get(id)?.tags ?? [];
      return api.change(id, { tags: [...new Set([...before, ...tags])] });
    });
    if (failed < ids.length) toasts.show(text.selection.tagged(ids.length - failed));
    this.#showFailed(failed);
  }

  /**
   * Changes one picture. Shows the reason when that fails.
   *
   * @returns whether it was changed
   */
  async change(id: string, change: ImageChange): Promise<boolean> {
    const { api, library, toasts } = this.#parts;
    try {
      await library.applyAnswer(id, () => api.change(id, change));
      return true;
    } catch (error) {
      const fault = error instanceof ApiFault ? error : new ApiFault('internal', String(error));
      toasts.show(text.app.fault(fault.code, fault.message), { tone: 'bad' });
      return false;
    }
  }

  /** @returns the number of pictures for which it failed */
  async #each(ids: readonly string[], work: (id: string) => ReturnType<ImagesApi['get']>): Promise<number> {
    const { library } = this.#parts;
    const failed = await runInParallel(ids, (id) => library.applyAnswer(id, () => work(id)));
    return failed.length;
  }

  #showFailed(failed: number): void {
    if (failed > 0) this.#parts.toasts.show(text.selection.partly(failed), { tone: 'bad' });
  }
}
