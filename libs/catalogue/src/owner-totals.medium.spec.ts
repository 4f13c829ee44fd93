import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Catalogue } from './catalogue.js';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

const OWNERS = ['ada', 'bea', 'cleo'];
const TAGS = ['sea', 'sun', 'years ago', '★'];
const WRITERS = 6;
const CHANGES = 120;

const anyOf = <T>(values: readonly T[]): T => {
  const value = values[randomInt(values.length)];
  if (value === undefined) throw new Error('no value to choose from');
  return value;
};
const anyTags = () => TAGS.filter(() => randomInt(2) === 0);
const variantsOf = (format: 'jpeg' | 'webp') =>
  ['small', 'large'].map(
    (name) => ({ name, format, recipeVersion: 1, width: 1, height: 1, bytes: 1 + randomInt(900) }) as const,
  );

/** Makes one change at random; several writers may choose the same image. */
async function change(catalogue: Catalogue, ids: { owner: string; id: string }[]): Promise<void> {
  const { images, processing } = catalogue;
  const { owner, id } = anyOf(ids);
  const changes = [
    async () => {
      const image = createNewImage({ owner: anyOf(OWNERS), tags: anyTags(), bytes: 1 + randomInt(1e6) });
      await images.insert([image]);
      ids.push(image);
    },
    () => processing.start(id, 1),
    () => processing.complete(id, 1, DECODED_FACTS, variantsOf('jpeg'), ['webp']),
    () => processing.addVariants(id, 1, variantsOf('webp')),
    () => processing.giveUpFormat(id, 1, 'webp'),
    () => processing.fail(id, 1, { code: 'corrupt_image', message: 'Damaged.' }),
    () => images.update(owner, id, { tags: anyTags() }),
    () => images.update(owner, id, { expiresIn: 0 }),
    () => images.delete(owner, id),
    async () => catalogue.reconciling.deleteExpired(await catalogue.reconciling.expired(5)),
    () =>
      catalogue.transaction(async (sql) => {
        await images.insert([createNewImage({ owner, tags: TAGS })], sql);
        await sql.query('delete from images where id = $1', [id]);
        throw new Error('rolled back');
      }),
    () => catalogue.operations.fold(),
  ];
  await anyOf(changes)();
}

/** The same answers as counts: with `done_at` null, a catalogue does not use the totals. */
async function answers(catalogue: Catalogue): Promise<unknown> {
  return Promise.all(
    OWNERS.map(async (owner) => ({
      statuses: await catalogue.operations.statuses(owner),
      storage: await catalogue.operations.storage(owner),
      tags: await catalogue.images.tags(owner, 10),
    })),
  );
}

it('are what a count finds, after any changes at the same time', async () => {
  const { catalogue, sql } = test;
  const first = createNewImage({ owner: 'ada' });
  await catalogue.images.insert([first]);
  const ids = [first];
  const expected = ['rolled back', 'not_found', 'There is no image with this id.'];
  const writer = async (): Promise<void> => {
    for (let made = 0; made < CHANGES; made += 1) {
      await change(catalogue, ids).catch((error: unknown) => {
        if (!(error instanceof Error) || !expected.includes(error.message)) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  await sql.query('update backfills set done_at = null');
  const counting = new Catalogue({ url: test.database.url });
  const counted = await answers(counting);
  expect(await answers(catalogue)).toEqual(counted);
  while (await catalogue.operations.fold());
  expect(await answers(catalogue)).toEqual(counted);
  expect((await sql.query('select from owner_changes')).rows).toEqual([]);
  await counting.close();
});

it('keep no tag that is not in use', async () => {
  const { catalogue, sql } = test;
  const image = createNewImage({ owner: 'tagged', tags: ['once'] });
  const rows = async () => (await sql.query(`select tag, count from tag_totals where owner = 'tagged'`)).rows;
  await catalogue.images.insert([image]);
  await catalogue.operations.fold();
  expect(await rows()).toEqual([{ tag: 'once', count: 1 }]);
  await catalogue.images.update('tagged', image.id, { tags: [] });
  await catalogue.operations.fold();
  expect(await rows()).toEqual([]);
});

it('do not make two writers of one owner wait for each other', async () => {
  const { catalogue, sql } = test;
  await sql.query('begin');
  await sql.query(
    `insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
     values (uuidv7(), 'shared', 'x', 'image/jpeg', 5, repeat('ab', 32), now())`,
  );
  await catalogue.images.insert([createNewImage({ owner: 'shared', bytes: 7 })]);
  await catalogue.operations.fold();
  expect((await catalogue.operations.storage('shared')).originals).toEqual({ count: 1, bytes: 7 });
  await sql.query('commit');
  expect((await catalogue.operations.storage('shared')).originals).toEqual({ count: 2, bytes: 12 });
});
