import type { Image } from '@darkroom/contracts';
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ImagesApi } from '../api/images-api.js';
import { ApiFault } from '../api/problem.js';
import type { LibraryFilter } from './filter.js';
import { emptyLibrary, type LibraryEvent, type LibraryState, reduceLibrary } from './library-state.js';

/** Enough for the first screen, and small enough to arrive fast. */
const FIRST_PAGE = 60;
/** The most that the api returns at a time. */
const FURTHER_PAGE = 200;
/** The most pictures that are loaded again after events were missed; scrolling loads the rest. */
const RELOAD_MOST = 1_000;
/** Milliseconds before a picture whose links failed is loaded again. */
const REFRESH_EVERY = 30_000;

export type LibraryPhase = 'idle' | 'loading' | 'more' | 'failed';

/** The pictures of the gallery: pages from the api, kept up to date by live events. */
export class Library {
  readonly #api: ImagesApi;
  readonly #state: Signal<LibraryState>;
  readonly #phase = signal<LibraryPhase>('idle');
  readonly #fault = signal<ApiFault | null>(null);
  readonly #arrivals = new Map<string, number>();
  readonly #refreshed = new Map<string, number>();
  #wanted: LibraryFilter;
  #loading: AbortController | null = null;
  /** Events since the current request was sent: its answer may be older. */
  #meanwhile: LibraryEvent[] = [];
  #batch: LibraryEvent[] = [];

  constructor(api: ImagesApi, filter: LibraryFilter) {
    this.#api = api;
    this.#wanted = filter;
    this.#state = signal(emptyLibrary(filter));
  }

  get state(): ReadonlySignal<LibraryState> {
    return this.#state;
  }

  get phase(): ReadonlySignal<LibraryPhase> {
    return this.#phase;
  }

  get fault(): ReadonlySignal<ApiFault | null> {
    return this.#fault;
  }

  /** The filter that is shown or being loaded. */
  get wanted(): LibraryFilter {
    return this.#wanted;
  }

  /** Shows the pictures that match a filter. Cancels a load in progress. */
  async show(filter: LibraryFilter): Promise<void> {
    this.#wanted = filter;
    await this.#load('loading', async (abort) => {
      const page = await this.#api.page(filter, { cursor: null, limit: FIRST_PAGE, signal: abort });
      return { type: 'replaced', filter, page };
    });
  }

  /** Loads the next page, unless a load is in progress or all pages are loaded. */
  async loadMore(): Promise<void> {
    const { filter, nextCursor } = this.#state.value;
    if (nextCursor === null || this.#loading !== null) return;
    await this.#load('more', async (abort) => ({
      type: 'appended',
      page: await this.#api.page(filter, { cursor: nextCursor, limit: FURTHER_PAGE, signal: abort }),
    }));
  }

  /** Loads the shown pictures again after events were missed. They stay until the answer arrives. */
  async reload(): Promise<void> {
    const { ids, loaded } = this.#state.value;
    const filter = this.#wanted;
    if (!loaded) return this.show(filter);
    const wanted = Math.min(RELOAD_MOST, Math.max(ids.length, FIRST_PAGE));
    await this.#load('more', async (abort) => {
      const items: Image[] = [];
      let cursor: string | null = null;
      do {
        const limit = Math.min(FURTHER_PAGE, wanted - items.length);
        const page = await this.#api.page(filter, { cursor, limit, signal: abort });
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && items.length < wanted);
      const page = { items, nextCursor: cursor };
      // The filter may have changed before the connection broke, and its first page never arrived.
      return filter === this.#state.value.filter
        ? { type: 'refreshed', page }
        : { type: 'replaced', filter, page };
    });
  }

  /** Retries the load that failed. */
  async retry(): Promise<void> {
    const { loaded, filter } = this.#state.value;
    await (loaded && filter === this.#wanted ? this.loadMore() : this.show(this.#wanted));
  }

  /** Applies an event together with all others before the next frame. */
  apply(event: LibraryEvent): void {
    if (
      event.type === 'image' &&
      !this.#state.value.images.has(event.image.id) &&
      !this.#arrivals.has(event.image.id)
    ) {
      this.#arrivals.set(event.image.id, performance.now());
    }
    if (this.#loading !== null) this.#meanwhile.push(event);
    if (this.#batch.push(event) > 1) return;
    // A page in the background draws no frames, and its events must not pile up.
    if (document.hidden) setTimeout(() => this.#flush(), 100);
    else requestAnimationFrame(() => this.#flush());
  }

  /** Applies an event at once, with all that wait for the next frame. */
  applyNow(event: LibraryEvent): void {
    this.apply(event);
    this.#flush();
  }

  /**
   * Applies the answer to a call, unless a newer event about the picture has arrived: a small one is ready quickly.
   *
   * @returns the current state of the picture
   */
  async applyAnswer(id: string, call: () => Promise<Image>): Promise<Image> {
    this.#flush();
    const before = this.#state.value.images.get(id);
    const answer = await call();
    this.#flush();
    const now = this.#state.value.images.get(id);
    if (now !== before) return now ?? answer;
    this.#remember(answer);
    return answer;
  }

  /** When an event first announced a picture, in `performance.now()` time; null for one from a page of the list. */
  arrivedAt(id: string): number | null {
    return this.#arrivals.get(id) ?? null;
  }

  /** Loads one picture: it is not known yet, or its links have expired. */
  async refresh(id: string): Promise<Image | null> {
    const now = Date.now();
    const known = this.#state.value.images.get(id) ?? null;
    if (known !== null && now - (this.#refreshed.get(id) ?? 0) < REFRESH_EVERY) return known;
    this.#refreshed.set(id, now);
    return this.applyAnswer(id, () => this.#api.get(id));
  }

  /** Clears all pictures, after signing out. */
  clear(): void {
    this.#loading?.abort();
    this.#loading = null;
    this.#batch = [];
    this.#state.value = emptyLibrary(this.#state.value.filter);
    this.#phase.value = 'idle';
  }

  /** Adds a picture to the known ones, whether it matches the filter or not. */
  #remember(image: Image): void {
    const { images } = this.#state.value;
    if (!images.has(image.id)) {
      this.#state.value = { ...this.#state.value, images: new Map(images).set(image.id, image) };
    }
    this.applyNow({ type: 'image', image });
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const events = this.#batch;
    this.#batch = [];
    this.#state.value = reduceLibrary(this.#state.value, events);
  }

  async #load(phase: 'loading' | 'more', ask: (abort: AbortSignal) => Promise<LibraryEvent>): Promise<void> {
    this.#loading?.abort();
    const controller = new AbortController();
    this.#loading = controller;
    this.#meanwhile = [];
    this.#phase.value = phase;
    this.#fault.value = null;
    try {
      const event = await ask(controller.signal);
      if (this.#loading !== controller) return;
      this.#loading = null;
      this.#state.value = reduceLibrary(this.#state.value, [event, ...this.#meanwhile]);
      this.#phase.value = 'idle';
    } catch (error) {
      if (this.#loading !== controller) return;
      this.#loading = null;
      this.#fault.value = error instanceof ApiFault ? error : new ApiFault('internal', String(error));
      this.#phase.value = 'failed';
    }
  }
}
