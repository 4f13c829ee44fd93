import type { Image, ImageStatus } from '@darkroom/contracts';

/** Which pictures the gallery shows. */
export interface LibraryFilter {
  readonly q: string;
  readonly status: ImageStatus | null;
  readonly tag: string | null;
}

export const NO_FILTER: LibraryFilter = { q: '', status: null, tag: null };

const STATUSES: readonly ImageStatus[] = ['queued', 'processing', 'ready', 'failed', 'quarantined'];

/** Parses the filter from the query of an address. Ignores unknown values. */
export function parseFilter(query: URLSearchParams): LibraryFilter {
  const status = STATUSES.find((one) => one === query.get('status')) ?? null;
  return { q: query.get('q') ?? '', status, tag: query.get('tag') || null };
}

/** The filter as a query, for the address bar and for the api. It contains only active filters. */
export function filterParameters({ q, status, tag }: LibraryFilter): URLSearchParams {
  const query = new URLSearchParams();
  // The api refuses a search without a letter or a digit; the user has just started to type.
  if (/[\p{L}\p{N}]/u.test(q)) query.set('q', q.trim());
  if (status !== null) query.set('status', status);
  if (tag !== null) query.set('tag', tag);
  return query;
}

export function isFiltering(filter: LibraryFilter): boolean {
  return filterParameters(filter).size > 0;
}

/** Whether two filters have the same result. */
export function isSameFilter(one: LibraryFilter, other: LibraryFilter): boolean {
  return filterParameters(one).toString() === filterParameters(other).toString();
}

/** Whether a picture matches status and tag. The browser decides this exactly as the database does. */
export function passesFacets(image: Image, { status, tag }: LibraryFilter): boolean {
  return (status === null || image.status === status) && (tag === null || image.tags.includes(tag));
}

/**
 * Whether a picture from a live event matches a search: each word of the search is the start of a word in the picture's
 * texts, regardless of case and accents. The database uses nearly the same rule; its result counts after a reload.
 */
export function passesSearch(image: Image, { q }: LibraryFilter): boolean {
  const words = wordsOf(q);
  if (words.length === 0) return true;
  const texts = wordsOf([image.title, image.caption, image.filename, ...image.tags].join(' '));
  return words.every((word) => texts.some((text) => text.startsWith(word)));
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
