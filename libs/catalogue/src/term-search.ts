import type { Database } from './database.js';
import { type ImageFilter, type ImageState, termsQuery, walkQuery } from './page-query.js';

/** Images per requested one that are compared with the filter before the index is asked. */
const WALK = 8;
/** Milliseconds between two looks at an index that is being built. */
const LOOK_EVERY = 10_000;

type Walked = ImageState & { matches: boolean; place: number };

/** Pages of an owner's images by tag and by word, in a time that does not grow with the number of matches. */
export class TermSearch {
  readonly #database: Database;
  #isReady = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether the index is complete. It is built while the platform runs (`build-indexes.ts`). */
  async isReady(): Promise<boolean> {
    if (this.#isReady || performance.now() - this.#lookedAt < LOOK_EVERY) return this.#isReady;
    this.#lookedAt = performance.now();
    const rows = await this.#database.query(
      `select from pg_index where indexrelid = to_regclass('images_terms') and indisvalid`,
    );
    this.#isReady = rows.length > 0;
    return this.#isReady;
  }

  /**
   * Returns the next images that match a filter that has terms, newest first.
   *
   * @param after - the last id of the previous page
   * @param limit - the maximum number of images
   */
  async page(owner: string, filter: ImageFilter, after: string | null, limit: number): Promise<ImageState[]> {
    // What many of the newest images have is found sooner without the index, and so is everything of a small owner.
    const count = WALK * limit;
    const walk = walkQuery(owner, filter, after, count);
    const walked = await this.#database.query<Walked>(walk, walk.values);
    const found = walked
      .filter(({ matches }) => matches)
      .map(({ id, version }) => ({ id, version }))
      .slice(0, limit);
    const last = walked.at(-1);
    if (found.length === limit || last?.place !== count) return found;
    const rest = termsQuery(owner, filter, last.id, limit - found.length);
    return [...found, ...(await this.#database.query<ImageState>(rest, rest.values))];
  }
}
