import type { ImageStatus } from '@darkroom/contracts';
import { NOT_EXPIRED } from './catalogue-image.js';
import type { PreparedStatement } from './database.js';
import { prefixQuery, searchWords } from './search-words.js';

export interface ImageFilter {
  status?: ImageStatus | undefined;
  /** Tags in lower case; an image must have all of them. */
  tags?: readonly string[] | undefined;
  /** Words, each of which must match by prefix, ignoring case and accents, in title, caption, tags or file name. */
  q?: string | undefined;
}

/** Identifies one state of an image: nothing about an image changes without a new version. */
export interface ImageState {
  id: string;
  version: number;
}

export interface PageQuery extends PreparedStatement {
  values: unknown[];
}

/** Adds a value to a statement. @returns its parameter, `$n` */
type AddValue = (value: unknown) => string;

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
  const { values, add } = parameters();
  const conditions = [...placeConditions(owner, filter, after, add), ...textConditions(filter, add)];
  const text = `select i.id, i.version from images i
    where ${conditions.join(' and ')}
    order by i.owner, i.id desc limit ${add(limit)}`;
  return { name: nameOf('page', filter, after), text, values };
}

/**
 * Builds the statement that compares the next images of an owner with a text filter: the images that match, and the last
 * one compared, whose `place` is `count`, if there may be more.
 */
export function walkQuery(
  owner: string,
  filter: ImageFilter,
  after: string | null,
  count: number,
): PageQuery {
  const { values, add } = parameters();
  const text = `select w.id, w.version, w.matches, w.place from (
      select i.id, i.version, (${textConditions(filter, add).join(' and ')}) as matches,
             row_number() over (order by i.owner, i.id desc) as place
      from images i where ${placeConditions(owner, filter, after, add).join(' and ')}
      order by i.owner, i.id desc limit ${add(count)}) w
    where w.matches or w.place = ${add(count)} order by w.place`;
  return { name: nameOf('page-walk', filter, after), text, values };
}

/**
 * Builds the statement for a page by text filter from the index `image_words_terms`: slice of time by slice of time, newest
 * first, until the page is full. So it reads the matches of a few slices, and never all matches of an owner.
 *
 * @param after - an image of the owner
 */
export function termsQuery(owner: string, filter: ImageFilter, after: string, limit: number): PageQuery {
  const { values, add } = parameters();
  const rows = add(limit);
  const ownerValue = add(owner);
  const afterValue = add(after);
  const conditions = [
    `i.owner = ${ownerValue}`,
    `i.id < ${afterValue}`,
    NOT_EXPIRED,
    ...statusCondition(filter, add),
    ...textConditions(filter, add),
  ];
  // The fences of `offset 0` leave the planner no other order: the words of a slice, then one image after the other until
  // the page is full. The image decides: two owners may have the same key, and a tag that is a word may come from a title.
  const text = `select i.id, i.version from (
      select slice from generate_series(
        image_slice((select o.id from images o where o.owner = any(array[${ownerValue}]) order by o.owner desc, o.id limit 1)),
        image_slice(${afterValue})) slice order by slice desc) s
    cross join lateral (
      select i.id, i.version from (
        select image_id from image_words
        where terms @@ array_to_string(${add(keyedQuery(filter))}::text[], image_key(${ownerValue}, s.slice))::tsquery
          and image_id < ${afterValue}
        order by image_id desc offset 0) w
      cross join lateral (
        select i.id, i.version from images i where i.id = w.image_id and ${conditions.join(' and ')} offset 0) i
      order by w.image_id desc limit ${rows}) i
    order by s.slice desc, i.id desc limit ${rows}`;
  return { name: nameOf('page-terms', filter, after), text, values };
}

export const isTextFilter = ({ q, tags = [] }: ImageFilter): boolean => q !== undefined || tags.length > 0;

/** Whether no image can match, because the search has no word. */
export const isHopeless = ({ q }: ImageFilter): boolean => q !== undefined && searchWords(q).length === 0;

/** Statements with the same name have the same text. */
function nameOf(kind: string, { status, tags = [], q }: ImageFilter, after: string | null): string {
  const parts = {
    status: status !== undefined,
    tags: tags.length > 0,
    words: q !== undefined,
    after: after !== null,
  };
  return [kind, ...Object.entries(parts).flatMap(([part, isThere]) => (isThere ? [part] : []))].join('-');
}

function parameters(): { values: unknown[]; add: AddValue } {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

function placeConditions(owner: string, filter: ImageFilter, after: string | null, add: AddValue): string[] {
  // With a plain `i.owner = $1 order by i.id` PostgreSQL knows that the owner is constant, and may walk the primary key
  // backwards until it has found enough of the owner's rows: the whole table for an owner without recent images. An array
  // keeps the owner in the order, which only images_by_owner provides.
  const conditions = [`i.owner = any(${add([owner])}::text[])`, NOT_EXPIRED, ...statusCondition(filter, add)];
  if (after !== null) conditions.push(`i.id < ${add(after)}`);
  return conditions;
}

function statusCondition({ status }: ImageFilter, add: AddValue): string[] {
  return status === undefined ? [] : [`i.status = ${add(status)}`];
}

function textConditions({ tags, q }: ImageFilter, add: AddValue): string[] {
  const conditions: string[] = [];
  if (tags !== undefined && tags.length > 0) conditions.push(`i.tags @> ${add(tags)}::text[]`);
  if (q !== undefined) conditions.push(`i.search @@ ${add(prefixQuery(searchWords(q)))}::tsquery`);
  return conditions;
}

/**
 * The text of a `tsquery` for `image_terms`, in parts between which the key is missing.
 */
function keyedQuery({ tags = [], q = '' }: ImageFilter): string[] {
  const terms = [...searchWords(q).map((word) => [`'`, `${word}':*`]), ...tags.map(tagTerms)];
  return terms.reduce((query, [first = '', ...rest]) => [
    ...query.slice(0, -1),
    `${query.at(-1)} & ${first}`,
    ...rest,
  ]);
}

/** A tag is found as one of the words, which include those of the tags, or as a tag that is not a word. */
function tagTerms(tag: string): string[] {
  const text = quoted(tag.replaceAll('\u0001', ''));
  return IS_NO_WORD.test(tag) ? [`'`, `#${text}'`] : [`('`, `${text}' | '`, `#${text}')`];
}

/** Matches what no word contains, however texts are folded. */
const IS_NO_WORD = /[^\p{L}\p{N}]/u;

/** Escapes a text for a place between quotes in a `tsquery`. */
function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(`'`, `''`);
}
