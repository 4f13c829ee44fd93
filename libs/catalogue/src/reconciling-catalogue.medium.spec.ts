import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewImage } from './image-catalogue.js';
import type { Sql } from './database.js';
import { ReconcilingCatalogue } from './reconciling-catalogue.js';
import { createNewImage, imageIdAt } from './testing/create-new-image.js';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

const MESSAGE = 'It is gone.';
const variant = (format: 'jpeg' | 'webp') =>
  ({ name: 'small', format, recipeVersion: 1, width: 1, height: 1, bytes: 1 }) as const;

let test: TestCatalogue;
let reconciling: ReconcilingCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
  reconciling = test.catalogue.reconciling;
});
afterAll(() => test.close());

async function ready(parts: Partial<NewImage> = {}): Promise<string> {
  const image = createNewImage(parts);
  await test.catalogue.images.insert([image]);
  await test.catalogue.processing.start(image.id, 1);
  await test.catalogue.processing.complete(image.id, 1, DECODED_FACTS, [variant('jpeg')], ['webp', 'avif']);
  return image.id;
}

describe('the lease', () => {
  it('belongs to one holder at a time, which can renew it, until it is released or expires', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    expect(await reconciling.hold(one, 60)).toBe(true);
    expect(await reconciling.hold(other, 60)).toBe(false);
    expect(await reconciling.hold(one, 60)).toBe(true);
    await reconciling.release(other);
    expect(await reconciling.hold(other, 60)).toBe(false);
    await reconciling.release(one);
    expect(await reconciling.hold(other, 0)).toBe(true);
    await expect.poll(() => reconciling.hold(one, 0)).toBe(true);
  });
});

describe('pending formats', () => {
  const pending = async (id: string) =>
    (await reconciling.pendingFormats(0, 100)).filter(({ imageId }) => imageId === id);

  it('are on record from the moment the image is ready until they exist', async () => {
    const id = await ready();
    expect(await reconciling.pendingFormats(3_600, 100)).toEqual([]);
    const [avif, webp] = ['avif', 'webp'].map((format) => ({ imageId: id, run: 1, format }));
    await expect.poll(() => pending(id)).toEqual([avif, webp]);
    await test.catalogue.processing.addVariants(id, 1, [variant('webp')]);
    expect(await pending(id)).toEqual([avif]);
    await test.catalogue.processing.giveUpFormat(id, 1, 'avif');
    expect(await pending(id)).toEqual([]);
    await reconciling.awaitFormats(id, 1, ['webp']);
    await reconciling.awaitFormats(id, 2, ['avif']);
    await expect.poll(() => pending(id)).toEqual([webp]);
    await test.catalogue.images.delete('ada', id);
    expect(await pending(id)).toEqual([]);
  });

  it('are returned page by page', async () => {
    const ids = [await ready(), await ready()];
    await expect.poll(async () => (await reconciling.pendingFormats(0, 100)).length).toBe(4);
    const first = await reconciling.pendingFormats(0, 3);
    const second = await reconciling.pendingFormats(0, 3, first.at(-1));
    expect(first.length).toBe(3);
    expect([...first, ...second].map(({ imageId, format }) => [imageId, format])).toEqual(
      ids.flatMap((id) => [
        [id, 'avif'],
        [id, 'webp'],
      ]),
    );
    for (const id of ids) await test.catalogue.images.delete('ada', id);
  });

  it('given up leave no variant without bytes, except in the first format', async () => {
    const id = await ready();
    await test.catalogue.processing.addVariants(id, 1, [variant('webp')]);
    for (const format of ['webp', 'jpeg'] as const)
      await test.catalogue.processing.giveUpFormat(id, 1, format);
    expect((await test.catalogue.images.get('ada', id)).variants).toEqual([variant('jpeg')]);
  });
});

it('a ready image whose original is lost fails with that, and can be retried', async () => {
  const id = await ready();
  expect(await test.catalogue.processing.loseOriginal(id, 2, MESSAGE)).toBe(false);
  expect(await test.catalogue.processing.loseOriginal(id, 1, MESSAGE)).toBe(true);
  expect(await test.catalogue.processing.loseOriginal(id, 1, MESSAGE)).toBe(false);
  const error = { code: 'original_missing', message: MESSAGE };
  expect(await test.catalogue.images.get('ada', id)).toMatchObject({ status: 'failed', error });
  const pending = await reconciling.pendingFormats(0, 100);
  expect(pending.filter(({ imageId }) => imageId === id)).toEqual([]);
  expect(await test.catalogue.images.retry('ada', id)).toMatchObject({ status: 'queued', run: 2 });
});

it('finds and deletes images that have expired, and no other', async () => {
  const images = Array.from({ length: 3 }, () => createNewImage({ owner: 'end', expiresIn: 60 }));
  await test.catalogue.images.insert(images);
  const [first, second, kept] = images.map(({ id }) => id) as [string, string, string];
  await test.sql.query(`update images set expires_at = now() where owner = 'end' and id <> $1`, [kept]);
  expect(await reconciling.expired(1)).toEqual([first]);
  expect(await reconciling.expired(5, first)).toEqual([second]);
  expect((await reconciling.deleteExpired([first, second, kept])).toSorted()).toEqual([first, second]);
  const { processing } = test.catalogue;
  expect(await processing.bytesToRemove(0, 10)).toEqual(expect.arrayContaining([first, second]));
  expect(await processing.bytesToRemove(0, 5, first)).toEqual([second]);
});

it('looks again for bytes that were removed soon after the deletion', async () => {
  const again = () => reconciling.bytesToRemoveAgain(3_600, 10);
  const id = await ready();
  await test.catalogue.images.delete('ada', id);
  await test.catalogue.processing.bytesRemoved(id);
  expect(await again()).toEqual([]);
  await test.sql.query(
    `update deletions set deleted_at = now() - interval '61 minutes', bytes_removed_at = now() - interval '60 minutes'
     where image_id = $1`,
    [id],
  );
  expect(await again()).toEqual([id]);
  await test.catalogue.processing.bytesRemoved(id);
  expect(await again()).toEqual([]);
});

describe('a comparison with storage', () => {
  const idAt = (day: number) => imageIdAt(new Date(Date.UTC(2026, 0, day)));

  it('continues where it stopped, and records its progress', async () => {
    expect(await reconciling.comparison()).toMatchObject({ underWay: null, comparedUntil: null });
    const [one, two, three] = [idAt(1), idAt(2), idAt(3)];
    await reconciling.beginComparison(null, two);
    await reconciling.comparedUpTo(one);
    expect(await reconciling.comparison()).toMatchObject({ underWay: { after: one, until: two } });
    await reconciling.comparedUpTo(two);
    expect(await reconciling.comparison()).toMatchObject({ underWay: null, comparedUntil: two });
    await reconciling.beginComparison(two, three);
    await reconciling.comparedUpTo(three);
    await reconciling.beginComparison(null, three);
    await reconciling.comparedUpTo(one);
    const { underWay, comparedUntil, sinceAll } = await reconciling.comparison();
    expect({ underWay, comparedUntil }).toEqual({
      underWay: { after: one, until: three },
      comparedUntil: three,
    });
    expect(sinceAll).toBeLessThan(60);
  });

  it('reads what images have in storage, page by page', async () => {
    const own = await openTestCatalogue();
    const { images, processing, reconciling: other } = own.catalogue;
    const [first, second] = [createNewImage({ contentType: 'image/png' }), createNewImage()];
    await images.insert([first, second]);
    await processing.start(second.id, 1);
    await processing.complete(second.id, 1, DECODED_FACTS, [variant('jpeg')]);
    const last = second.id;
    const queued = {
      id: first.id,
      run: 1,
      atWork: true,
      isReady: false,
      contentType: 'image/png',
      variants: [],
    };
    expect(await other.storedImages(null, last, 1)).toEqual([queued]);
    const variants = [{ name: 'small', format: 'jpeg', recipeVersion: 1 }];
    const done = { ...queued, id: last, atWork: false, isReady: true, contentType: 'image/jpeg', variants };
    expect(await other.storedImages(first.id, last, 5)).toEqual([done]);
    expect(await other.storedImages(null, first.id, 5)).toEqual([queued]);
    expect(await other.storedImagesOf([last, randomUUID()])).toEqual([done]);
    await other.awaitFormats(last, 1, ['webp']);
    expect(await other.storedImagesOf([last])).toEqual([{ ...done, atWork: true }]);
    await own.close();
  });
});

it('reads what belongs to a page of images, not to all of them', async () => {
  const own = await openTestCatalogue();
  await own.sql.query(`
    insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
    select uuidv7(), 'ada', 'p.jpg', 'image/jpeg', 1, repeat('ab', 32), now() from generate_series(1, 10000)`);
  await own.sql.query(`
    insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes)
    select id, owner, name, 'jpeg', 1, 1, 1, 1 from images, unnest(array['small', 'large']) name`);
  await own.sql.query(`insert into pending_formats (image_id, format) select id, 'webp' from images`);
  await own.sql.query('vacuum analyze images, variants, pending_formats');
  const plans: string[] = [];
  const explaining: Sql = {
    query: async (statement, values) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      const { rows } = await own.sql.query(`explain ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    },
  };
  await new ReconcilingCatalogue(explaining).storedImages(null, imageIdAt(new Date(8e12)), 500);
  expect(plans).toHaveLength(1);
  expect(plans[0]).not.toContain('Seq Scan');
  await own.close();
});

it('records where a backlog continues', async () => {
  const id = randomUUID();
  expect(await reconciling.place('pictures')).toBeNull();
  await reconciling.keepPlace('pictures', id);
  expect([await reconciling.place('pictures'), await reconciling.place('formats')]).toEqual([id, null]);
  await reconciling.keepPlace('pictures', null);
  expect(await reconciling.place('pictures')).toBeNull();
});

it('lets one process search for unfinished writes at a time', async () => {
  expect(await reconciling.takeTurnAtUnfinished(3_600)).toBe(true);
  expect(await reconciling.takeTurnAtUnfinished(3_600)).toBe(false);
});

describe('answers kept for idempotency keys', () => {
  /** Two images of one upload, and the stored answer. */
  async function keep(key: string): Promise<{ ids: [string, string]; kept: () => Promise<unknown> }> {
    const { idempotency, images } = test.catalogue;
    const added = [createNewImage(), createNewImage()];
    const outcome = await idempotency.claim('ada', key);
    if (outcome.kind !== 'claimed') throw new Error('the key is new');
    await test.catalogue.transaction(async (sql) => {
      const answer = { images: await images.insert(added, sql), rejected: [] };
      await idempotency.complete(outcome.claim, 'print', answer, sql);
    });
    const kept = async () => {
      const again = await idempotency.claim('ada', key);
      return again.kind === 'answered' ? (again.answer as { images: { id: string }[] }).images : again.kind;
    };
    return { ids: added.map(({ id }) => id) as [string, string], kept };
  }

  it('forget deleted images, and are removed with the last of them', async () => {
    const { images } = test.catalogue;
    const { ids, kept } = await keep('a key');
    await images.delete('ada', ids[0]);
    expect(await kept()).toMatchObject([{ id: ids[1] }]);
    await images.delete('ada', ids[1]);
    expect(await kept()).toBe('claimed');
  });

  it('are removed with the last of them even when all are deleted at the same moment', async () => {
    const { ids, kept } = await keep('at once');
    await test.sql.query('begin');
    await test.sql.query('delete from images where id = $1', [ids[0]]);
    const other = test.catalogue.images.delete('ada', ids[1]);
    const waiting =
      'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))';
    await expect.poll(async () => (await test.sql.query(waiting)).rows).toHaveLength(1);
    await test.sql.query('commit');
    await other;
    expect(await kept()).toBe('claimed');
  });
});
