import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { filterParameters, type LibraryFilter, parseFilter } from '../library/filter.js';

export type Route =
  | { readonly page: 'gallery' }
  | { readonly page: 'picture'; readonly id: string }
  | { readonly page: 'status' }
  | { readonly page: 'nowhere' };

/** Reads which page an address's path names. */
export function parseRoute(path: string): Route {
  if (path === '/') return { page: 'gallery' };
  if (path === '/status') return { page: 'status' };
  const id = /^\/images\/([0-9a-f-]{36})$/.exec(path)?.[1];
  return id === undefined ? { page: 'nowhere' } : { page: 'picture', id };
}

/** Where a person is, as the address bar says it. */
export class Router {
  readonly #path = signal(location.pathname);
  readonly #query = signal(location.search);
  readonly route: ReadonlySignal<Route> = computed(() => parseRoute(this.#path.value));
  readonly filter: ReadonlySignal<LibraryFilter> = computed(() =>
    parseFilter(new URLSearchParams(this.#query.value)),
  );
  /** Pixels that the gallery was scrolled by when it was left for another page. */
  galleryScroll = 0;
  /** Pages of ours that lie before this one in the browser's history. */
  #depth = 0;

  constructor() {
    history.scrollRestoration = 'manual';
    addEventListener('popstate', () => {
      this.#depth = Math.max(0, this.#depth - 1);
      this.#read();
    });
  }

  /** The address of a picture, or of the gallery, that keeps the filter. */
  hrefOf(id: string | null): string {
    const path = id === null ? '/' : `/images/${id}`;
    const query = filterParameters(this.filter.value).toString();
    return query === '' ? path : `${path}?${query}`;
  }

  go(href: string): void {
    // Whoever follows the brand's link from the gallery wants its beginning.
    if (href === '/' && location.pathname === '/') scrollTo(0, 0);
    history.pushState(null, '', href);
    this.#depth += 1;
    this.#read();
  }

  /** Goes elsewhere without a step in the history: another picture, another letter of a search. */
  replace(href: string): void {
    history.replaceState(null, '', href);
    this.#read();
  }

  setFilter(filter: LibraryFilter): void {
    const query = filterParameters(filter).toString();
    this.replace(query === '' ? '/' : `/?${query}`);
  }

  /** Back to the gallery, by the browser's own way where one came from there. */
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
