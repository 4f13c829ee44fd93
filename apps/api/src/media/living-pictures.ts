import type { Catalogue } from '@darkroom/catalogue';
import { isDarkroomError } from '@darkroom/errors';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE } from '../tokens.js';

/**
 * Tells which pictures are still there: a link given out before may outlive one whose end was set earlier since, and its
 * bytes stay until they are removed. Links that come in together are one question to the catalogue.
 */
@Injectable()
export class LivingPictures {
  readonly #catalogue: Catalogue;
  #asked: { ids: Set<string>; answer: Promise<Set<string>> } | undefined;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** True as well while the catalogue is away: nothing is deleted then, and pictures go on being shown. */
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
      // Whoever asks in the same turn of the event loop comes along.
      await new Promise(setImmediate);
      this.#asked = undefined;
      return this.#catalogue.images.living([...ids]);
    })();
    return { ids, answer };
  }
}
