import type { Image, ImagePage, ImagePatch } from '@darkroom/contracts';
import type { ApiClient } from './client.js';
import { type LibraryFilter, filterParameters } from '../library/filter.js';

/** A change to the texts, tags or expiry of a picture. */
export type ImageChange = Partial<ImagePatch>;

/** Calls of the api for pictures. */
export class ImagesApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  page(
    filter: LibraryFilter,
    { cursor, limit, signal }: { cursor: string | null; limit: number; signal: AbortSignal },
  ): Promise<ImagePage> {
    const query = filterParameters(filter);
    query.set('limit', String(limit));
    if (cursor !== null) query.set('cursor', cursor);
    return this.#client.call(`/api/images?${query.toString()}`, { signal });
  }

  get(id: string): Promise<Image> {
    return this.#client.call(`/api/images/${id}`);
  }

  change(id: string, change: ImageChange): Promise<Image> {
    return this.#client.call(`/api/images/${id}`, { method: 'PATCH', body: change });
  }

  retry(id: string): Promise<Image> {
    return this.#client.call(`/api/images/${id}/retry`, { method: 'POST' });
  }

  /** @param keepalive - true while the page is closing */
  delete(id: string, keepalive = false): Promise<void> {
    return this.#client.call(`/api/images/${id}`, { method: 'DELETE', keepalive });
  }
}
