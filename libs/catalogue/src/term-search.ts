import type { Database } from './database.js';
import { type ImageFilter, type ImageState, termsQuery, walkQuery } from './page-query.js';

/** Images per requested one that are compared with the filter before the index is asked. */
const WALK = 4;

type Walked = ImageState & { matches: boolean; place: number };

/**
 * Returns the next images of an owner that match a filter by words or tags, newest first, in a time that does not grow with
 * the number of matches. All images must have their row in `image_words`.
 *
 * @param after - the last id of the previous page
 * @param limit - the maximum number of images
 */
export async function searchTerms(
  database: Database,
  owner: string,
  filter: ImageFilter,
  after: string | null,
  limit: number,
): Promise<ImageState[]> {
  // What many of the newest images have is found sooner without the index, and so is everything of a small owner.
  const count = WALK * limit;
  const walk = walkQuery(owner, filter, after, count);
  const walked = await database.query<Walked>(walk, walk.values);
  const found = walked.filter(({ matches }) => matches).map(({ id, version }) => ({ id, version }));
  const last = walked.at(-1);
  if (found.length >= limit || last?.place !== count) return found.slice(0, limit);
  const rest = termsQuery(owner, filter, last.id, limit - found.length);
  // Planned each time: without the number of rows, PostgreSQL plans for many, and reads all slices.
  return [...found, ...(await database.query<ImageState>(rest.text, rest.values))];
}
