import type { ImageStatus } from '@darkroom/contracts';
import { NOT_EXPIRED } from './catalogue-image.js';
import { prefixQuery, searchWords } from './search-words.js';

export interface ImageFilter {
  status?: ImageStatus | undefined;
  /** Tags in lower case; an image must have all of them. */
  tags?: readonly string[] | undefined;
  /** Words, each of which must match by prefix, ignoring case and accents, in title, caption, tags or file name. */
  q?: string | undefined;
}

export interface PageQuery {
  text: string;
  values: unknown[];
}

/**
 * Builds the statement for one page of an owner's images, newest first: ids and versions. It contains only the requested
 * conditions: with `$n is null or …` the choice of an index would depend on how the statement happens to be prepared.
 *
 * @param after - the last id of the previous page
 * @param limit - the maximum number of rows
 */
export function pageQuery(
  owner: string,
  filter: ImageFilter,
  after: string | null,
  limit: number,
): PageQuery {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  // With a plain `i.owner = $1 order by i.id` PostgreSQL knows that the owner is constant, and may walk the primary key
  // backwards until it has found enough of the owner's rows: the whole table for an owner without recent images. An array
  // keeps the owner in the order, which only images_by_owner provides.
  const conditions = [`i.owner = any(${parameter([owner])}::text[])`, NOT_EXPIRED];
  if (filter.status !== undefined) conditions.push(`i.status = ${parameter(filter.status)}`);
  if (filter.tags !== undefined && filter.tags.length > 0) {
    conditions.push(`i.tags @> ${parameter(filter.tags)}::text[]`);
  }
  if (filter.q !== undefined) {
    conditions.push(`i.search @@ ${parameter(prefixQuery(searchWords(filter.q)))}::tsquery`);
  }
  if (after !== null) conditions.push(`i.id < ${parameter(after)}`);
  const text = `select i.id, i.version from images i
    where ${conditions.join(' and ')}
    order by i.owner, i.id desc limit ${parameter(limit)}`;
  return { text, values };
}
