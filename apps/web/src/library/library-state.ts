import type { Image, ImagePage } from '@darkroom/contracts';
import { type LibraryFilter, passesFacets, passesSearch } from './filter.js';

/** What the gallery knows. Never changed in place: a new state shares what has not changed. */
export interface LibraryState {
  readonly filter: LibraryFilter;
  /** Every picture that is known, in view or not, by its id. */
  readonly images: ReadonlyMap<string, Image>;
  /** Ids in view, newest first: ids are UUIDv7, which sort by time. */
  readonly ids: readonly string[];
  /** Where the next page begins; null when all are loaded. */
  readonly nextCursor: string | null;
  /** False until the first page has come. */
  readonly loaded: boolean;
}

export type LibraryEvent =
  /** Pages of a new view, which take the place of what was there. */
  | { readonly type: 'replaced'; readonly filter: LibraryFilter; readonly page: ImagePage }
  /** The newest pictures of this view as they are now; what is older than them stays. */
  | { readonly type: 'refreshed'; readonly page: ImagePage }
  /** One more page of this view. */
  | { readonly type: 'appended'; readonly page: ImagePage }
  /** A picture as it is now. */
  | { readonly type: 'image'; readonly image: Image }
  | { readonly type: 'deleted'; readonly id: string };

export function emptyLibrary(filter: LibraryFilter): LibraryState {
  return { filter, images: new Map(), ids: [], nextCursor: null, loaded: false };
}

/** Applies what happened, all at once: a burst of live events copies the state once. */
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
  // What is out of view stays known only where somebody looks at it, else a long day would fill the memory.
  if (inView || enters || draft.images.has(image.id)) draft.images.set(image.id, image);
}

/** A picture older than the last page will come with a page of its own. */
function isWithinPages({ loaded, nextCursor, ids }: Draft, id: string): boolean {
  return loaded && (nextCursor === null || id > (ids.at(-1) ?? ''));
}

/** Place of an id, or the place where it would stand, in a list from the newest to the oldest. */
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
