import type { Catalogue } from '@darkroom/catalogue';
import { isDarkroomError } from '@darkroom/errors';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE } from '../tokens.js';

/**
 * Checks which pictures still exist. A link can outlive a picture whose expiry was shortened after the link was made,
 * and the bytes of an expired picture stay until they are removed. Simultaneous checks share one query.
 */
@Injectable()
export class LivingPictures {
  readonly #catalogue: Catalogue;
  #asked: { ids: Set<string>; answer: Promise<Set<string>> } | undefined;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Also true while the catalogue is down: nothing can be deleted then, and pictures remain visible. */
  async has(id: string): Promise<boolean> {
    this.#asked ??= this.#ask();
    this.#asked.ids.add(id);
    try {
      return (await this.#asked.answer).has(id);
    } catch (error) {
      if (isDarkroomError(error, 'unavailable')) return true;
      throw error;
    }
  }

  #ask(): { ids: Set<string>; answer: Promise<Set<string>> } {
    const ids = new Set<string>();
    const answer = (async () => {
      // Calls in the same turn of the event loop share this query.
      await new Promise(setImmediate);
      this.#asked = undefined;
      return this.#catalogue.images.living([...ids]);
    })();
    return { ids, answer };
  }
}
