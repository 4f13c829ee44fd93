import type { Signal } from '@preact/signals';
import type { ImageChange, ImagesApi } from '../api/images-api.js';
import { ApiFault } from '../api/problem.js';
import type { Toasts } from '../feedback/toasts.js';
import { text } from '../text/en.js';
import { inTurn } from './in-turn.js';
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

/** What a person does with one picture or with many. */
export class LibraryActions {
  readonly #parts: LibraryActionsParts;

  constructor(parts: LibraryActionsParts) {
    this.#parts = parts;
  }

  /** Deletes with a way back. */
  delete(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#parts.deletes.delete(ids);
    this.#parts.selection.value = NOTHING_SELECTED;
  }

  /** Sends failed pictures to the workers again. */
  async retry(ids: readonly string[]): Promise<void> {
    const { api, toasts } = this.#parts;
    const failed = await this.#each(ids, (id) => api.retry(id));
    const retried = ids.length - failed;
    if (retried > 0) toasts.show(ids.length === 1 ? text.toast.retried : text.selection.retried(retried));
    this.#tellFailed(failed);
  }

  /** Adds tags to many pictures, beside those that they have. */
  async addTags(ids: readonly string[], tags: readonly string[]): Promise<void> {
    const { api, library, toasts } = this.#parts;
    const failed = await this.#each(ids, (id) => {
      const before = library.state.value.images.get(id)?.tags ?? [];
      return api.change(id, { tags: [...new Set([...before, ...tags])] });
    });
    if (failed < ids.length) toasts.show(text.selection.tagged(ids.length - failed));
    this.#tellFailed(failed);
  }

  /**
   * Changes one picture.
   *
   * @returns whether it was changed; why not is told
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

  /** @returns with how many it failed */
  async #each(ids: readonly string[], work: (id: string) => ReturnType<ImagesApi['get']>): Promise<number> {
    const { library } = this.#parts;
    const failed = await inTurn(ids, (id) => library.applyAnswer(id, () => work(id)));
    return failed.length;
  }

  #tellFailed(failed: number): void {
    if (failed > 0) this.#parts.toasts.show(text.selection.partly(failed), { tone: 'bad' });
  }
}
