import type { TagList } from '@darkroom/contracts';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../api/client.js';

/** The most tags in the list of the filter. */
const MOST = 100;
/** Milliseconds after a change before the tags are loaded again: many pictures can be tagged at once. */
const SETTLE = 1_000;

/** The tags in use, the most common first. */
export class Tags {
  readonly #client: ApiClient;
  readonly #all = signal<readonly string[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  get all(): ReadonlySignal<readonly string[]> {
    return this.#all;
  }

  async load(): Promise<void> {
    try {
      const { items } = await this.#client.call<TagList>(`/api/tags?limit=${MOST}`);
      this.#all.value = items.map(({ tag }) => tag);
    } catch {
      // The gallery works without the list; the pictures show the error.
    }
  }

  /** Called with the tags of a picture. Loads the list again if one of them is new. */
  notice(tags: readonly string[]): void {
    if (tags.every((tag) => this.#all.value.includes(tag))) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), SETTLE);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#all.value = [];
  }
}
