import type { Catalogue, CatalogueImage, ImageState } from '@darkroom/catalogue';
import type { ImageLinks } from './image-links.js';

/** Images remembered at most, of 3 to 5 KB each. */
const MAX_TEXTS = 4_000;

interface ImageText {
  version: number;
  /** Of the links in it; {@link ImageLinks.period}. */
  period: number;
  json: string;
}

/** Images as the JSON that is sent, made once for each state and life of their links. */
export class ImageTexts {
  readonly #catalogue: Catalogue;
  readonly #links: ImageLinks;
  /** The one that was not asked for longest comes first. */
  readonly #texts = new Map<string, ImageText>();

  constructor(catalogue: Catalogue, links: ImageLinks) {
    this.#catalogue = catalogue;
    this.#links = links;
  }

  /**
   * @param states - of the owner's images; one that is gone since is left out, one that has changed since is new
   * @param period - of the links
   */
  async of(owner: string, states: readonly ImageState[], period: number): Promise<string[]> {
    const fresh = new Map<string, string>();
    const missing = states.filter(({ id, version }) => {
      const kept = this.#texts.get(id);
      if (kept?.version !== version || kept.period !== period) return true;
      fresh.set(id, kept.json);
      this.#keep(id, kept);
      return false;
    });
    const images = await this.#catalogue.images.find(
      owner,
      missing.map(({ id }) => id),
    );
    const made = await Promise.all(images.map((image) => this.#make(image, period)));
    for (const [index, { id }] of images.entries()) fresh.set(id, made[index] ?? '');
    return states.flatMap(({ id }) => fresh.get(id) ?? []);
  }

  async #make(image: CatalogueImage, period: number): Promise<string> {
    const json = JSON.stringify(await this.#links.toImage(image, period));
    this.#keep(image.id, { version: image.version, period, json });
    return json;
  }

  #keep(id: string, text: ImageText): void {
    this.#texts.delete(id);
    this.#texts.set(id, text);
    if (this.#texts.size > MAX_TEXTS) this.#texts.delete(this.#texts.keys().next().value ?? '');
  }
}
