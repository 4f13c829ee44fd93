import type { Catalogue, ImageFilter, ImagePage } from '@darkroom/catalogue';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE } from '../tokens.js';
import { encodeCursor } from './cursor.js';
import { ImageLinks } from './image-links.js';
import { ImageTexts } from './image-texts.js';
import { SentPage } from './sent-page.js';
import { SharedReads } from './shared-reads.js';

/** Maximum bytes of cached pages. */
const MAX_BYTES = 32 * 2 ** 20;

export interface PageRequest {
  owner: string;
  filter: ImageFilter;
  after: string | null;
  limit: number;
}

interface KeptPage {
  /** Identifies everything that the page was made from. */
  stamp: string;
  page: SentPage;
}

/**
 * Serialized pages of the catalogue. Every request asks the database which images in which version are on the page, so
 * that every api shows every change at once. The body is made again only if one of them has changed.
 */
@Injectable()
export class ImagePages {
  readonly #catalogue: Catalogue;
  readonly #links: ImageLinks;
  readonly #texts: ImageTexts;
  readonly #reads = new SharedReads<SentPage>();
  /** In the order of the last use, oldest first. */
  readonly #pages = new Map<string, KeptPage>();
  #bytes = 0;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue, @Inject(ImageLinks) links: ImageLinks) {
    this.#catalogue = catalogue;
    this.#links = links;
    this.#texts = new ImageTexts(catalogue, links);
  }

  /** The page as of the time of the call, or later. */
  read(request: PageRequest): Promise<SentPage> {
    const key = JSON.stringify(request);
    return this.#reads.get(key, () => this.#read(key, request));
  }

  async #read(key: string, { owner, filter, after, limit }: PageRequest): Promise<SentPage> {
    const period = this.#links.period(new Date());
    const found = await this.#catalogue.images.page(owner, filter, after, limit);
    const stamp = stampOf(found, period);
    const kept = this.#pages.get(key);
    if (kept?.stamp === stamp) {
      this.#keep(key, kept);
      return kept.page;
    }
    const items = await this.#texts.of(owner, found.images, period);
    const nextCursor = found.after === null ? null : encodeCursor(found.after);
    const page = new SentPage(
      Buffer.from(`{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`),
    );
    this.#keep(key, { stamp, page });
    return page;
  }

  #keep(key: string, kept: KeptPage): void {
    this.#forget(key);
    this.#pages.set(key, kept);
    this.#bytes += sizeOf(kept);
    while (this.#bytes > MAX_BYTES) this.#forget(this.#pages.keys().next().value ?? '');
  }

  #forget(key: string): void {
    const kept = this.#pages.get(key);
    if (kept === undefined) return;
    this.#bytes -= sizeOf(kept);
    this.#pages.delete(key);
  }
}

/** With the compressed body, which is never larger. */
function sizeOf({ page }: KeptPage): number {
  return 2 * page.body.length;
}

function stampOf({ images, after }: ImagePage, period: number): string {
  return `${period} ${after} ${images.map(({ id, version }) => `${id}:${version}`).join(' ')}`;
}
