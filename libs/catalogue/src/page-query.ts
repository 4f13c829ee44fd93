import type { ImageStatus } from '@darkroom/contracts';
import { NOT_EXPIRED } from './catalogue-image.js';
import { prefixQuery, searchWords } from './search-words.js';

export interface ImageFilter {
  status?: ImageStatus | undefined;
  /** Tags, in lower case, of which an image must have every one. */
  tags?: readonly string[] | undefined;
  /** Words of which each must match by prefix, without case and accents, in title, caption, tags or file name. */
  q?: string | undefined;
}

export interface PageQuery {
  text: string;
  values: unknown[];
}

/**
 * The statement for one page of an owner's images, newest first: ids and versions. It names only the conditions that are asked for:
 * a `$n is null or …` would leave the choice of an index to how the statement happens to be prepared.
 *
 * @param after - id to go on after
 * @param limit - rows at most
 */
export function pageQuery(
  owner: string,
  filter: ImageFilter,
  after: string | null,
  limit: number,
): PageQuery {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  // Of a plain `i.owner = $1 order by i.id` PostgreSQL knows that the owner is constant, and is tempted to walk the
  // primary key backwards until it has met enough of the owner's rows: the whole table for one who has long been away.
  // An array keeps the owner in the order, which is that of images_by_owner alone.
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
