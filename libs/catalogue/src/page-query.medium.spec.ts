import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageFilter } from './page-query.js';
import { pageQuery } from './page-query.js';
import { createNewImage } from './testing/create-new-image.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

describe('a page', () => {
  it('is the newest first, and says where the next page begins', async () => {
    const { images } = test.catalogue;
    const owner = 'order';
    const added = Array.from({ length: 3 }, () => createNewImage({ owner }));
    await images.insert(added);
    const newestFirst = added.map((image) => image.id).toReversed();
    const first = await images.page(owner, {}, null, 2);
    expect(first.images.map((image) => image.id)).toEqual(newestFirst.slice(0, 2));
    const second = await images.page(owner, {}, first.after, 2);
    expect(second.images.map((image) => image.id)).toEqual(newestFirst.slice(2));
    expect(second.after).toBeNull();
    expect((await images.page(owner, {}, null, 3)).after).toBeNull();
  });

  it('returns none twice and misses none while others are added and deleted', async () => {
    const { images } = test.catalogue;
    const owner = 'pages';
    const createdAt = new Date('2026-01-01T00:00:00Z');
    const added = Array.from({ length: 250 }, () => createNewImage({ owner, createdAt }));
    await images.insert(added);
    const deleted = new Set<string>();
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await images.page(owner, {}, after, 20);
      seen.push(...page.images.map((image) => image.id));
      after = page.after;
      // The image that the cursor names, one that was seen, one that was not; and new ones of the same time.
      const unseen = added.map((image) => image.id).filter((id) => !seen.includes(id) && !deleted.has(id));
      for (const id of [after, seen.findLast((old) => old !== after && !deleted.has(old)), unseen[0]]) {
        if (id == null || deleted.has(id)) continue;
        await images.delete(owner, id);
        deleted.add(id);
      }
      await images.insert([createNewImage({ owner, createdAt }), createNewImage({ owner })]);
    } while (after !== null);

    expect(new Set(seen).size).toBe(seen.length);
    const stayed = added.map((image) => image.id).filter((id) => !deleted.has(id));
    expect(stayed.length).toBeGreaterThan(200);
    expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('holds images of one state on request', async () => {
    const { images, processing } = test.catalogue;
    const owner = 'status';
    const [queued, processed] = [createNewImage({ owner }), createNewImage({ owner })];
    await images.insert([queued, processed]);
    await processing.start(processed.id, 1);
    const ids = async (filter: ImageFilter) =>
      (await images.page(owner, filter, null, 10)).images.map((image) => image.id);
    expect(await ids({ status: 'queued' })).toEqual([queued.id]);
    expect(await ids({ status: 'processing' })).toEqual([processed.id]);
    expect(await ids({ status: 'ready' })).toEqual([]);
  });
});

describe('tags', () => {
  const owner = 'tags';
  const add = async (...tags: string[]): Promise<string> => {
    const image = createNewImage({ owner, tags });
    await test.catalogue.images.insert([image]);
    return image.id;
  };
  const ids = async (tags: string[]): Promise<string[]> =>
    (await test.catalogue.images.page(owner, { tags }, null, 50)).images.map((image) => image.id);

  it('filter: an image must have all of them; an empty list does not filter; and they are counted', async () => {
    const sea = await add('sea');
    const both = await add('sea', 'holiday');
    const none = await add();
    expect(await ids(['sea'])).toEqual([both, sea]);
    expect(await ids(['holiday', 'sea'])).toEqual([both]);
    expect(await ids(['holiday', 'rain'])).toEqual([]);
    expect(await ids(['se'])).toEqual([]);
    expect(await ids([])).toEqual([none, both, sea]);
    const { images } = test.catalogue;
    expect(await images.tags(owner, 10)).toEqual([
      { tag: 'sea', count: 2 },
      { tag: 'holiday', count: 1 },
    ]);
    expect(await images.tags(owner, 1)).toEqual([{ tag: 'sea', count: 2 }]);
    expect(await images.tags('stranger', 10)).toEqual([]);
  });
});

describe('a search', () => {
  const owner = 'search';
  const texts = {
    beach: createNewImage({ owner, title: 'Ünïcödé Beach', caption: 'Sunset over Malmö', tags: ['holiday'] }),
    file: createNewImage({ owner, filename: 'IMG_1234.jpg' }),
    percent: createNewImage({ owner, title: '100% wool_sock', filename: 'p.png' }),
    long: createNewImage({ owner, caption: 'x'.repeat(2_000), filename: 'p.png' }),
    chinese: createNewImage({ owner, title: '東京タワー 夜', filename: 'p.png' }),
    emoji: createNewImage({ owner, title: '🎉🎉', filename: '🎉' }),
    german: createNewImage({ owner, tags: ['große straße'], filename: 'p.png' }),
  };
  type Name = keyof typeof texts;
  const names = Object.keys(texts) as Name[];

  beforeAll(() => test.catalogue.images.insert(Object.values(texts)));

  async function found(q: string, filter: ImageFilter = {}): Promise<Name[]> {
    const { images } = await test.catalogue.images.page(owner, { ...filter, q }, null, 50);
    return names.filter((name) => images.some((image) => image.id === texts[name].id));
  }

  it.each<[string, Name[]]>([
    ['beach', ['beach']],
    ['bea', ['beach']],
    ['each', []],
    ['BEACH unicode', ['beach']],
    ['Ünï', ['beach']],
    ['u\u0308nı', ['beach']],
    ['malmo sun', ['beach']],
    ['malmo rain', []],
    ['HOLI', ['beach']],
    ['img 12', ['file']],
    ['IMG_1234.jpg', ['file']],
    ['jpg', ['beach', 'file']],
    ['1234', ['file']],
    ['100%', ['percent']],
    ['wool_s', ['percent']],
    ['xxx', ['long']],
    ['x'.repeat(200), ['long']],
    ['東京', ['chinese']],
    ['夜', ['chinese']],
    ['GROSSE strass', ['german']],
  ])('%j finds %j', async (q, expected) => {
    expect(await found(q)).toEqual(expected);
  });

  it.each(['%', '_', "'", '"', '\\', "\\'", ':*', '&', '|', '!', '()', '<->', '🎉', ' '])(
    '%j is harmless: alone it finds nothing, beside a word it changes nothing',
    async (q) => {
      expect(await found(q)).toEqual([]);
      expect(await found(`beach${q}`)).toEqual(['beach']);
      expect(await found(`${q}beach ${q}`)).toEqual(['beach']);
      expect(await found(`beach${q}nothing`)).toEqual([]);
    },
  );

  it('joins with the state', async () => {
    expect(await found('beach', { status: 'queued' })).toEqual(['beach']);
    expect(await found('beach', { status: 'ready' })).toEqual([]);
  });
});

describe('the plan', () => {
  let own: TestCatalogue;
  let middle: string;
  beforeAll(async () => {
    own = await openTestCatalogue();
    // Of the schema before: words and tags are asked of the images only until the words have a table (`backfill-words.ts`).
    await own.sql.query('create index on images using gin (search); create index on images using gin (tags)');
    // Half of the images are one owner's, 5 % another's who left before the rest came; one in 200 has a rare word.
    await own.sql.query(`
      insert into images (id, owner, filename, content_type, bytes, sha256, created_at, tags, search)
      select uuidv7(), case when n <= 1000 then 'dormant' when n % 2 = 0 then 'busy' else 'owner' || n % 20 end, 'p.jpg', 'image/jpeg', 1, repeat('ab', 32), now(), array['tag' || n % 200, 'all'],
             array_to_tsvector(array['p', 'jpg', 'word' || n % 200])
      from generate_series(1, 20000) n`);
    await own.sql.query(`update images set status = 'processing' where substr(id::text, 36) = '0'`);
    await own.sql.query('vacuum analyze images');
    const { rows } = await own.sql.query<{ id: string }>(
      'select id from images order by id offset 10000 limit 1',
    );
    middle = rows[0]?.id ?? '';
  });
  afterAll(() => own.close());

  async function plan(filter: ImageFilter, after: string | null, owner: string): Promise<string> {
    const { text, values } = pageQuery(owner, filter, after, 51);
    const { rows } = await own.sql.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  // The variants of the 51 rows are looked up by their primary key; for an empty table PostgreSQL may choose another plan.
  const SEQUENTIAL = /Seq Scan on images/;
  const owners = ['busy', 'dormant', 'owner3', 'stranger'];

  it.each([
    ['plain', {}],
    ['of a state', { status: 'processing' }],
    ['of a state that nothing is in', { status: 'failed' }],
  ] as const)('of a page, %s, follows the owner’s index', async (_, filter) => {
    for (const owner of owners) {
      for (const after of [null, middle]) {
        const text = await plan(filter, after, owner);
        expect(text).toMatch(/ (using|on) images_by_owner/);
        expect(text).not.toMatch(/images_pkey/);
        expect(text).not.toMatch(SEQUENTIAL);
      }
    }
  });

  it.each(['word7', 'jpg', 'nothing'])('of a search for %s does not scan a table', async (q) => {
    for (const owner of owners) {
      for (const after of [null, middle]) expect(await plan({ q }, after, owner)).not.toMatch(SEQUENTIAL);
    }
  });

  it.each(['tag7', 'all', 'nothing'])('of the tag %s does not scan a table', async (tag) => {
    for (const owner of owners) {
      for (const after of [null, middle])
        expect(await plan({ tags: [tag] }, after, owner)).not.toMatch(SEQUENTIAL);
    }
  });

  it('holds when the server prepares the statement once for all values', async () => {
    await own.sql.query('set plan_cache_mode = force_generic_plan');
    for (const filter of [{}, { status: 'processing' }, { q: 'word7' }, { tags: ['tag7'] }] as const) {
      expect(await plan(filter, middle, 'busy')).not.toMatch(SEQUENTIAL);
    }
    await own.sql.query('reset plan_cache_mode');
  });
});
