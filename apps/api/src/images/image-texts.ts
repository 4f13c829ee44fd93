import type { Catalogue, CatalogueImage, ImageState } from '@darkroom/catalogue';
import type { ImageLinks } from './image-links.js';

/** Maximum number of cached images, of 3 to 5 KB each. */
const MAX_TEXTS = 4_000;

interface ImageText {
  version: number;
  /** The {@link ImageLinks.period} of its links. */
  period: number;
  json: string;
}

/** Images as JSON, made once for each version and period of their links. */
export class ImageTexts {
  readonly #catalogue: Catalogue;
  readonly #links: ImageLinks;
  /** In the order of the last use, oldest first. */
  readonly #texts = new Map<string, ImageText>();

  constructor(catalogue: Catalogue, links: ImageLinks) {
    this.#catalogue = catalogue;
    this.#links = links;
  }

  /**
   * @param states - versions of the owner's images; a deleted image is left out, a changed one is returned in its newer
   *   version
   * @param period - the {@link ImageLinks.period} of the links
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
