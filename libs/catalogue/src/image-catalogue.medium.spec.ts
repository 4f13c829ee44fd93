import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DECODED_FACTS } from './testing/decoded-facts.js';
import { createNewImage, imageIdAt } from './testing/create-new-image.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

const NOT_FOUND = { code: 'not_found', status: 404 };
const FAILURE = { code: 'corrupt_image', message: 'It is damaged.' } as const;

/** Moves the end of an image into the past: waiting for it would take at least a second. */
async function expire(id: string): Promise<void> {
  await test.sql.query(`update images set expires_at = now() - interval '1 millisecond' where id = $1`, [id]);
}

describe('insert and get', () => {
  it('inserts several at once and returns each whole', async () => {
    const full = createNewImage({
      owner: 'insert',
      filename: `O'Brien "x" \\ 🎉.jpg`,
      title: 'Ünï 🎉',
      caption: "it's 100%",
      tags: ['a b', '{c}', '"d"'],
      bytes: 2 ** 40,
      expiresIn: 3_600,
    });
    const plain = createNewImage({ owner: 'insert', contentType: 'image/heic' });
    const inserted = await test.catalogue.images.insert([full, plain]);
    expect(inserted.map((image) => image.id)).toEqual([full.id, plain.id]);
    const [first, second] = inserted;
    const { expiresIn: _, ...stored } = full;
    expect(first).toMatchObject({
      ...stored,
      status: 'queued',
      run: 1,
      version: 1,
      error: null,
      width: null,
      height: null,
      thumbhash: null,
      facts: null,
      readyAt: null,
      variants: [],
    });
    const { rows } = await test.sql.query(
      'select extract(epoch from expires_at - changed_at)::int as seconds from images where id = $1',
      [full.id],
    );
    expect(rows).toEqual([{ seconds: 3_600 }]);
    expect(second?.expiresAt).toBeNull();
    expect(await test.catalogue.images.get('insert', full.id)).toEqual(first);
    expect(await test.catalogue.images.get('insert', plain.id)).toEqual(second);
  });

  it('inserts nothing for nothing', async () => {
    expect(await test.catalogue.images.insert([])).toEqual([]);
  });

  it('inserts all or none in a transaction', async () => {
    const image = createNewImage();
    const late = new Error('the key is gone');
    const attempt = test.catalogue.transaction(async (sql) => {
      await test.catalogue.images.insert([image], sql);
      throw late;
    });
    await expect(attempt).rejects.toBe(late);
    await expect(test.catalogue.images.get(image.owner, image.id)).rejects.toMatchObject(NOT_FOUND);
  });

  it('reports an unknown id', async () => {
    await expect(test.catalogue.images.get('ada', imageIdAt(new Date()))).rejects.toMatchObject(NOT_FOUND);
  });
});

describe('another owner', () => {
  it('sees and changes nothing', async () => {
    const { images, processing, changes } = test.catalogue;
    const image = createNewImage({ owner: 'mallory-victim', title: 'secret' });
    const position = await changes.position();
    await images.insert([image]);
    await processing.fail(image.id, 1, FAILURE);
    const before = await images.get(image.owner, image.id);

    await expect(images.get('mallory', image.id)).rejects.toMatchObject(NOT_FOUND);
    await expect(images.update('mallory', image.id, { title: 'mine' })).rejects.toMatchObject(NOT_FOUND);
    await expect(images.retry('mallory', image.id)).rejects.toMatchObject(NOT_FOUND);
    await expect(images.delete('mallory', image.id)).rejects.toMatchObject(NOT_FOUND);
    for (const filter of [{}, { status: 'failed' }, { q: 'secret' }] as const) {
      expect(await images.page('mallory', filter, null, 10)).toEqual({ images: [], after: null });
    }
    expect(await changes.snapshot('mallory', image.id)).toEqual([]);
    expect(await changes.since(position, { owner: 'mallory' })).toMatchObject({ images: [], deletions: [] });
    expect(await changes.since(position, { owner: 'mallory', imageId: image.id })).toMatchObject({
      images: [],
      deletions: [],
    });

    expect(await images.get(image.owner, image.id)).toEqual(before);
    await images.delete(image.owner, image.id);
    expect(await changes.since(position, { owner: 'mallory' })).toMatchObject({ images: [], deletions: [] });
  });
});

describe('an expired image', () => {
  it('is gone at once, whether swept or not', async () => {
    const { images, processing, changes } = test.catalogue;
    const owner = 'expired';
    const image = createNewImage({ owner, title: 'fading', expiresIn: 3_600 });
    const position = await changes.position();
    await images.insert([image]);
    await processing.fail(image.id, 1, FAILURE);
    await expire(image.id);

    await expect(images.get(owner, image.id)).rejects.toMatchObject(NOT_FOUND);
    await expect(images.update(owner, image.id, { expiresIn: null })).rejects.toMatchObject(NOT_FOUND);
    await expect(images.retry(owner, image.id)).rejects.toMatchObject(NOT_FOUND);
    await expect(images.delete(owner, image.id)).rejects.toMatchObject(NOT_FOUND);
    expect(await images.page(owner, {}, null, 10)).toEqual({ images: [], after: null });
    expect(await images.page(owner, { q: 'fading' }, null, 10)).toEqual({ images: [], after: null });
    expect(await changes.snapshot(owner, image.id)).toEqual([]);
    expect(await changes.since(position, { owner })).toMatchObject({ images: [] });
    expect(await processing.find(image.id, 1)).toBeNull();
    expect(await processing.exists(image.id)).toBe(true);
  });
});

describe('update', () => {
  it('changes what is named and nothing else', async () => {
    const { images } = test.catalogue;
    const image = createNewImage({
      owner: 'update',
      title: 'old',
      caption: 'kept',
      tags: ['t'],
      expiresIn: 60,
    });
    const [before] = await images.insert([image]);
    const renamed = await images.update('update', image.id, { title: 'new' });
    expect(renamed).toEqual({ ...before, title: 'new', version: 2, changedXid: renamed.changedXid });
    const cleared = await images.update('update', image.id, {
      title: null,
      caption: null,
      tags: [],
      expiresIn: null,
    });
    expect(cleared).toMatchObject({ title: null, caption: null, tags: [], expiresAt: null, version: 3 });
  });

  it('is found by the new words and by the file name, no longer by the old words', async () => {
    const { images } = test.catalogue;
    const image = createNewImage({ owner: 'update-search', filename: 'IMG_7.jpg', title: 'oldword' });
    await images.insert([image]);
    await images.update(image.owner, image.id, { title: 'newword', tags: ['fresh'] });
    const found = async (q: string) => (await images.page(image.owner, { q }, null, 10)).images.length;
    expect(await Promise.all(['oldword', 'newword', 'fresh', 'img 7'].map(found))).toEqual([0, 1, 1, 1]);
  });
});

describe('retry', () => {
  it.each(['failed', 'quarantined'] as const)('begins a new run of a %s image', async (status) => {
    const { images, processing } = test.catalogue;
    const image = createNewImage();
    await images.insert([image]);
    await processing.fail(image.id, 1, FAILURE, status);
    expect(await images.get('ada', image.id)).toMatchObject({ status, error: FAILURE, run: 1 });
    expect(await images.retry('ada', image.id)).toMatchObject({ status: 'queued', error: null, run: 2 });
  });

  it('refuses an image in another state', async () => {
    const image = createNewImage();
    await test.catalogue.images.insert([image]);
    await expect(test.catalogue.images.retry('ada', image.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of two at once begins one run', async () => {
    const { images, processing } = test.catalogue;
    const image = createNewImage();
    await images.insert([image]);
    await processing.fail(image.id, 1, FAILURE);
    const results = await Promise.allSettled([images.retry('ada', image.id), images.retry('ada', image.id)]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await images.get('ada', image.id)).toMatchObject({ run: 2 });
  });
});

describe('delete', () => {
  it('removes the row and leaves a record for the removal of its bytes', async () => {
    const { images, processing } = test.catalogue;
    const image = createNewImage({ owner: 'delete' });
    await images.insert([image]);
    await images.delete('delete', image.id);
    await expect(images.get('delete', image.id)).rejects.toMatchObject(NOT_FOUND);
    await expect(images.delete('delete', image.id)).rejects.toMatchObject(NOT_FOUND);
    expect(await processing.exists(image.id)).toBe(false);
    expect(await processing.bytesToRemove(0, 100)).toContain(image.id);
    expect(await processing.bytesToRemove(3_600, 100)).not.toContain(image.id);
    await processing.bytesRemoved(image.id);
    expect(await processing.bytesToRemove(0, 100)).not.toContain(image.id);
  });
});

describe('statistics', () => {
  it('counts the images of each state', async () => {
    const own = await openTestCatalogue();
    const images = [createNewImage(), createNewImage(), createNewImage()] as const;
    expect(await own.catalogue.statistics()).toEqual({});
    await own.catalogue.images.insert(images);
    await own.catalogue.processing.start(images[0].id, 1);
    expect(await own.catalogue.statistics()).toEqual({ queued: 2, processing: 1 });
    await own.close();
  });

  it('reads only images that are not ready when there are many, and estimates the others', async () => {
    const own = await openTestCatalogue();
    const images = [createNewImage(), createNewImage(), createNewImage()] as const;
    await own.catalogue.images.insert(images);
    await own.catalogue.processing.start(images[0].id, 1);
    await own.catalogue.processing.start(images[1].id, 1);
    await own.catalogue.processing.complete(images[1].id, 1, DECODED_FACTS, []);
    await own.sql.query(`update pg_class set reltuples = 1000000 where oid = 'images'::regclass`);
    expect(await own.catalogue.statistics()).toEqual({ queued: 1, processing: 1, ready: 999_998 });
    await own.close();
  });
});
