import type { TagList } from '@darkroom/contracts';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../api/client.js';

/** As many as a list to choose from can hold. */
const MOST = 100;
/** Milliseconds after a change before the tags are asked for again: many pictures may be tagged in one stroke. */
const SETTLE = 1_000;

/** The tags in use, the most frequent first. */
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
      // The gallery does without the list; whatever is wrong shows where the pictures come from.
    }
  }

  /** Told of a picture's tags; asks again where one of them is new. */
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
