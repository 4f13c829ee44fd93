import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from './catalogue.js';
import { type ImageFilter, type PageQuery, pageQuery, termsQuery, walkQuery } from './page-query.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

const PICTURES = 30_000;
let test: TestCatalogue;

/**
 * Two years of pictures of two owners with the same words: one word in a hundred pictures and one in ten thousand, a tag
 * that every picture of the first tenth has, and a tag without a letter.
 */
beforeAll(async () => {
  test = await openTestCatalogue();
  await test.sql.query(`
    insert into images (id, owner, status, error_code, error_message, filename, content_type, bytes, sha256, created_at, expires_at, tags, search)
    select (lpad(to_hex(1700000000000 + n * 2100000::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
           case when n % 3 = 0 then 'small' else 'large' end, case when n % 7 = 0 then 'failed' else 'queued' end,
           case when n % 7 = 0 then 'internal' end, case when n % 7 = 0 then 'x' end, 'p.jpg', 'image/jpeg', 1, repeat('ab', 32), now(),
           case when n % 11 = 0 then now() - interval '1 second' end, tags,
           array_to_tsvector(array['p', 'jpg', 'word' || n % 100, 'rare' || n % 10000]
             || case when n % 1300 = 0 then array['years', 'ago'] else '{}' end || array_remove(string_to_array(array_to_string(tags, ' '), ' '), '★'))
    from generate_series(1, ${PICTURES}) n
    cross join lateral (select array['all'] || case when n % 200 = 0 then array['sea'] else '{}' end
      || case when n < ${PICTURES / 10} then array['years ago'] else '{}' end || case when n % 500 = 0 then array['★'] else '{}' end as tags) t`);
  await test.sql.query('vacuum analyze images, image_words');
});
afterAll(() => test.close());

/** The ids of all pages. */
async function idsOf(
  catalogue: Catalogue,
  owner: string,
  filter: ImageFilter,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await catalogue.images.page(owner, filter, after, limit);
    expect(page.images.length).toBeLessThanOrEqual(limit);
    ids.push(...page.images.map(({ id }) => id));
    after = page.after;
  } while (after !== null);
  return ids;
}

const filters: [string, ImageFilter, number][] = [
  ['a rare word', { q: 'rare77' }, 2],
  ['a word', { q: 'word7' }, 50],
  ['a prefix', { q: 'word1' }, 400],
  ['two words', { q: 'word7 rare7' }, 2],
  ['a tag', { tags: ['sea'] }, 7],
  ['a tag of long ago', { tags: ['years ago'] }, 400],
  ['a tag and a word', { tags: ['years ago', 'all'], q: 'word5' }, 3],
  ['a tag without a letter', { tags: ['★'] }, 7],
  ['a state and a tag', { status: 'failed', tags: ['sea'] }, 1],
  ['a state and a word', { status: 'queued', q: 'wor jpg' }, 4_000],
  ['a word that no picture has', { q: 'zzz' }, 1],
];

describe('pages', () => {
  it.each(filters)('by %s are those that a scan finds', async (_, filter, limit) => {
    const { text, values } = pageQuery('large', filter, null, PICTURES);
    const { rows } = await test.sql.query<{ id: string }>(text, values);
    expect(await idsOf(test.catalogue, 'large', filter, limit)).toEqual(rows.map(({ id }) => id));
  });
});

describe('the plan', () => {
  let newest: string;
  beforeAll(async () => {
    const { images } = await test.catalogue.images.page('large', {}, null, 1);
    newest = images[0]?.id ?? '';
  });

  /** Pages of 8 KiB that a statement reads. */
  async function pagesRead({ text, values }: PageQuery): Promise<number> {
    const { rows } = await test.sql.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  }

  it.each<ImageFilter>([
    { q: 'word7' },
    { q: 'rare7' },
    { q: 'rare77' },
    { q: 'zzz' },
    { tags: ['sea'] },
    { tags: ['years ago'] },
  ])('of a page by %j reads a few pages for each slice of time', async (filter) => {
    // Two years are 60 slices. The index of the owner alone has 20,000 entries.
    expect(await pagesRead(termsQuery('large', filter, newest, 51))).toBeLessThan(600);
  });

  it('of a walk reads the compared pictures only', async () => {
    expect(await pagesRead(walkQuery('large', { q: 'zzz' }, null, 200))).toBeLessThan(300);
  });

  it.each<ImageFilter>([{}, { status: 'failed' }])(
    'of a page by %j reads the pictures of the page only',
    async (filter) => {
      for (const after of [null, '0191f000-0000-7000-8000-000000000000']) {
        expect(await pagesRead(pageQuery('large', filter, after, 51))).toBeLessThan(120);
      }
    },
  );

  it('stays when the server prepares the statements once for all values', async () => {
    await test.sql.query('set plan_cache_mode = force_generic_plan');
    expect(await pagesRead(termsQuery('large', { q: 'rare77' }, newest, 51))).toBeLessThan(600);
    expect(await pagesRead(walkQuery('large', { q: 'zzz' }, null, 200))).toBeLessThan(300);
    expect(await pagesRead(pageQuery('large', {}, null, 51))).toBeLessThan(120);
    await test.sql.query('reset plan_cache_mode');
  });
});
