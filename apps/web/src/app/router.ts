import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { filterParameters, type LibraryFilter, parseFilter } from '../library/filter.js';

export type Route =
  | { readonly page: 'gallery' }
  | { readonly page: 'picture'; readonly id: string }
  | { readonly page: 'status' }
  | { readonly page: 'not-found' };

/** Parses the path of an address. */
export function parseRoute(path: string): Route {
  if (path === '/') return { page: 'gallery' };
  if (path === '/status') return { page: 'status' };
  const id = /^\/images\/([0-9a-f-]{36})$/.exec(path)?.[1];
  return id === undefined ? { page: 'not-found' } : { page: 'picture', id };
}

/** The current page and filter, from the address bar. */
export class Router {
  readonly #path = signal(location.pathname);
  readonly #query = signal(location.search);
  readonly route: ReadonlySignal<Route> = computed(() => parseRoute(this.#path.value));
  readonly filter: ReadonlySignal<LibraryFilter> = computed(() =>
    parseFilter(new URLSearchParams(this.#query.value)),
  );
  /** Scroll position of the gallery in pixels, saved when another page opens. */
  galleryScroll = 0;
  /** Number of pages of the gallery before this one in the browser's history. */
  #depth = 0;

  constructor() {
    history.scrollRestoration = 'manual';
    addEventListener('popstate', () => {
      this.#depth = Math.max(0, this.#depth - 1);
      this.#read();
    });
  }

  /** The address of a picture, or of the gallery for null, with the current filter. */
  hrefOf(id: string | null): string {
    const path = id === null ? '/' : `/images/${id}`;
    const query = filterParameters(this.filter.value).toString();
    return query === '' ? path : `${path}?${query}`;
  }

  go(href: string): void {
    // The logo scrolls the gallery to the top.
    if (href === '/' && location.pathname === '/') scrollTo(0, 0);
    history.pushState(null, '', href);
    this.#depth += 1;
    this.#read();
  }

  /** Opens an address without a history entry: for the next picture, or for each character of a search. */
  replace(href: string): void {
    history.replaceState(null, '', href);
    this.#read();
  }

  setFilter(filter: LibraryFilter): void {
    const query = filterParameters(filter).toString();
    this.replace(query === '' ? '/' : `/?${query}`);
  }

  /** Returns to the gallery, with the browser's back step if the picture was opened from there. */
  closePicture(): void {
    if (this.#depth > 0) history.back();
    else this.replace(this.hrefOf(null));
  }

  #read(): void {
    batch(() => {
      this.#path.value = location.pathname;
      this.#query.value = location.search;
    });
  }
}
