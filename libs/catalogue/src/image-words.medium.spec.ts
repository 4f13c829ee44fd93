import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { termsQuery } from './page-query.js';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

/** The image's terms without their key, and the version of the row. */
async function rowOf(id: string): Promise<{ terms: string[]; row: string } | undefined> {
  const { rows } = await test.sql.query<{ terms: string[]; row: string }>(
    `select array(select substr(t, 12) from unnest(tsvector_to_array(terms)) t) as terms, ctid::text || xmin::text as row
     from image_words where image_id = $1`,
    [id],
  );
  return rows[0];
}

describe('the words of an image', () => {
  it('include its tags, and those that are not a word as a whole', async () => {
    const image = createNewImage({ title: 'Sea', filename: 'a.jpg', tags: ['sun', 'years ago', '★'] });
    await test.catalogue.images.insert([image]);
    expect((await rowOf(image.id))?.terms.toSorted()).toEqual(
      ['#years ago', '#★', 'a', 'ago', 'jpg', 'sea', 'sun', 'years'].toSorted(),
    );
  });

  it('stay unwritten while its state changes, and follow its texts and tags', async () => {
    const { images, processing } = test.catalogue;
    const image = createNewImage({ title: 'Sea', filename: 'a.jpg' });
    await images.insert([image]);
    const before = await rowOf(image.id);
    await processing.start(image.id, 1);
    await processing.complete(image.id, 1, DECODED_FACTS, []);
    await images.update(image.owner, image.id, { expiresIn: 60 });
    expect(await rowOf(image.id)).toEqual(before);
    await images.update(image.owner, image.id, { title: 'Lake', tags: ['★'] });
    expect((await rowOf(image.id))?.terms.toSorted()).toEqual(['#★', 'a', 'jpg', 'lake']);
    await images.delete(image.owner, image.id);
    expect(await rowOf(image.id)).toBeUndefined();
  });
});

it.each([
  `it's`,
  'back\\slash',
  `a 'b' c`,
  '"',
  '~',
  '&|!',
  'years ago',
  'sun',
  '#',
  ':*',
  '\u0001a\u0001',
  'ß',
  '★',
])('the index finds the tag %s, and no other', async (tag) => {
  const owner = `owner of ${tag}`;
  const image = createNewImage({ owner, tags: [tag] });
  const newest = createNewImage({ owner, title: tag });
  await test.catalogue.images.insert([image, newest]);
  const found = async (asked: string): Promise<string[]> => {
    const { text, values } = termsQuery(owner, { tags: [asked] }, newest.id, 10);
    return (await test.sql.query<{ id: string }>(text, values)).rows.map(({ id }) => id);
  };
  expect(await found(tag)).toEqual([image.id]);
  expect(await found(`${tag}x`)).toEqual([]);
});
