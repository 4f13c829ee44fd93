import type { Image, ImagePage } from '@darkroom/contracts';
import { type LibraryFilter, passesFacets, passesSearch } from './filter.js';

/** The pictures that the page knows. Immutable: a new state shares the unchanged parts. */
export interface LibraryState {
  readonly filter: LibraryFilter;
  /** All known pictures by id, whether they match the filter or not. */
  readonly images: ReadonlyMap<string, Image>;
  /** Ids of the pictures that match the filter, newest first: UUIDv7 sorts by time. */
  readonly ids: readonly string[];
  /** Cursor of the next page; null when all pages are loaded. */
  readonly nextCursor: string | null;
  /** False until the first page is loaded. */
  readonly loaded: boolean;
}

export type LibraryEvent =
  /** The first page for a filter, which replaces everything. */
  | { readonly type: 'replaced'; readonly filter: LibraryFilter; readonly page: ImagePage }
  /** The newest pictures for the same filter, loaded again; older ones stay. */
  | { readonly type: 'refreshed'; readonly page: ImagePage }
  /** The next page for the same filter. */
  | { readonly type: 'appended'; readonly page: ImagePage }
  /** The current state of a picture. */
  | { readonly type: 'image'; readonly image: Image }
  | { readonly type: 'deleted'; readonly id: string };

export function emptyLibrary(filter: LibraryFilter): LibraryState {
  return { filter, images: new Map(), ids: [], nextCursor: null, loaded: false };
}

/** Applies events in one step, so that a burst of live events copies the state only once. */
export function reduceLibrary(state: LibraryState, events: readonly LibraryEvent[]): LibraryState {
  const draft: Draft = { ...state, images: new Map(state.images), ids: [...state.ids] };
  for (const event of events) apply(draft, event);
  return draft;
}

interface Draft extends LibraryState {
  filter: LibraryFilter;
  images: Map<string, Image>;
  ids: string[];
  nextCursor: string | null;
  loaded: boolean;
}

function apply(draft: Draft, event: LibraryEvent): void {
  switch (event.type) {
    case 'replaced':
      draft.filter = event.filter;
      draft.images = new Map();
      draft.ids = [];
      append(draft, event.page);
      break;
    case 'refreshed':
      refresh(draft, event.page);
      break;
    case 'appended':
      append(draft, event.page);
      break;
    case 'image':
      applyImage(draft, event.image);
      break;
    case 'deleted':
      draft.images.delete(event.id);
      removeId(draft.ids, event.id);
      break;
  }
}

function append(draft: Draft, page: ImagePage): void {
  for (const image of page.items) {
    draft.images.set(image.id, image);
    insertId(draft.ids, image.id);
  }
  draft.nextCursor = page.nextCursor;
  draft.loaded = true;
}

function refresh(draft: Draft, page: ImagePage): void {
  const last = page.nextCursor === null ? '' : (page.items.at(-1)?.id ?? '');
  const { ids, nextCursor } = draft;
  for (const id of ids) if (id >= last) draft.images.delete(id);
  draft.ids = ids.filter((id) => id < last);
  const olderStay = draft.ids.length > 0;
  append(draft, page);
  if (olderStay) draft.nextCursor = nextCursor;
}

function applyImage(draft: Draft, image: Image): void {
  const inView = hasId(draft.ids, image.id);
  const passes = passesFacets(image, draft.filter);
  if (inView && !passes) removeId(draft.ids, image.id);
  const enters = !inView && passes && passesSearch(image, draft.filter) && isWithinPages(draft, image.id);
  if (enters) insertId(draft.ids, image.id);
  // Other pictures are dropped, so that memory does not grow with every event.
  if (inView || enters || draft.images.has(image.id)) draft.images.set(image.id, image);
}

/** Whether a picture belongs to the loaded pages; an older one comes with a later page. */
function isWithinPages({ loaded, nextCursor, ids }: Draft, id: string): boolean {
  return loaded && (nextCursor === null || id > (ids.at(-1) ?? ''));
}

/** Index of an id in a list from newest to oldest, or the index at which to insert it. */
function placeOf(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? '') > id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function hasId(ids: readonly string[], id: string): boolean {
  return ids[placeOf(ids, id)] === id;
}

function insertId(ids: string[], id: string): void {
  const place = placeOf(ids, id);
  if (ids[place] !== id) ids.splice(place, 0, id);
}

function removeId(ids: string[], id: string): void {
  const place = placeOf(ids, id);
  if (ids[place] === id) ids.splice(place, 1);
}
