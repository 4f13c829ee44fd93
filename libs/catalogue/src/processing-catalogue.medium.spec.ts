import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueVariant } from './catalogue-image.js';
import type { NewImage } from './image-catalogue.js';
import type { ProcessingCatalogue } from './processing-catalogue.js';
import { createNewImage } from './testing/create-new-image.js';
import { DECODED_FACTS, ORIGINAL_FACTS } from './testing/decoded-facts.js';
import { connect, openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

const FAILURE = { code: 'corrupt_image', message: 'It is damaged.' } as const;
const variant = (name: string, width: number, format: CatalogueVariant['format'] = 'jpeg') =>
  ({ name, format, recipeVersion: 1, width, height: width, bytes: width * 10 }) satisfies CatalogueVariant;
const SMALL = variant('small', 320);
const LARGE = variant('large', 1_600);

let test: TestCatalogue;
let processing: ProcessingCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
  processing = test.catalogue.processing;
});
afterAll(() => test.close());

async function inserted(parts: Partial<NewImage> = {}): Promise<string> {
  const image = createNewImage(parts);
  await test.catalogue.images.insert([image]);
  return image.id;
}

async function processed(): Promise<string> {
  const id = await inserted();
  await processing.start(id, 1);
  return id;
}

const get = (id: string) => test.catalogue.images.get('ada', id);
const remove = (id: string) => test.catalogue.images.delete('ada', id);

async function rowsOf(id: string): Promise<{ variants: number; deletions: number }> {
  const { rows } = await test.sql.query(
    `select (select count(*) from variants where image_id = $1) as variants,
            (select count(*) from deletions where image_id = $1) as deletions`,
    [id],
  );
  return rows[0];
}

describe('a run', () => {
  it('goes from queued through processing to ready', async () => {
    const id = await inserted();
    expect(await processing.find(id, 1)).toMatchObject({ id, status: 'queued' });
    expect(await processing.start(id, 1)).toMatchObject({ id, status: 'processing', run: 1 });
    expect(await processing.complete(id, 1, DECODED_FACTS, [LARGE, SMALL])).toBe(true);
    const image = await get(id);
    expect(image).toMatchObject({
      width: 1_600,
      height: 1_200,
      thumbhash: 'aGFzaA==',
      status: 'ready',
      error: null,
    });
    expect(image.facts).toEqual(ORIGINAL_FACTS);
    expect(image.variants).toEqual([SMALL, LARGE]);
    expect(image.readyAt).toBeInstanceOf(Date);
    expect(await processing.start(id, 1)).toBeNull();
  });

  it('can be started twice: a job is delivered at least once', async () => {
    const id = await processed();
    expect(await processing.start(id, 1)).toMatchObject({ status: 'processing' });
  });

  it('records its step while it is processing, and not afterwards', async () => {
    const id = await inserted();
    await processing.enter(id, 1, 'reading');
    expect(await get(id)).toMatchObject({ status: 'queued', step: null });
    await processing.start(id, 1);
    await processing.enter(id, 2, 'reading');
    expect((await get(id)).step).toBeNull();
    const { version } = await get(id);
    await processing.enter(id, 1, 'decoding');
    // A later version, so that every page gets it.
    expect(await get(id)).toMatchObject({ step: 'decoding', version: version + 1 });
    await processing.handBack(id, 1);
    expect((await get(id)).step).toBeNull();
    await processing.start(id, 1);
    expect(await get(id)).toMatchObject({ status: 'processing', step: null });
    await processing.enter(id, 1, 'encoding');
    await processing.complete(id, 1, DECODED_FACTS, [SMALL]);
    expect((await get(id)).step).toBeNull();
  });

  it('returns to the queue only while it is processing', async () => {
    const id = await processed();
    await processing.handBack(id, 2);
    expect(await get(id)).toMatchObject({ status: 'processing' });
    await processing.handBack(id, 1);
    expect(await get(id)).toMatchObject({ status: 'queued', run: 1 });
    await processing.start(id, 1);
    await processing.complete(id, 1, DECODED_FACTS, []);
    await processing.handBack(id, 1);
    expect(await get(id)).toMatchObject({ status: 'ready' });
  });

  it('counts the crashes of its decoder, even across a return to the queue, until it ends or a retry begins another', async () => {
    const id = await processed();
    expect(await processing.crashed(id, 1)).toBe(1);
    await processing.handBack(id, 1);
    await processing.start(id, 1);
    expect(await processing.crashed(id, 1)).toBe(2);
    expect(await processing.crashed(id, 2)).toBe(0);
    await processing.fail(id, 1, { code: 'decoder_crashed', message: 'It crashed.' }, 'quarantined');
    expect(await processing.crashed(id, 1)).toBe(0);
    await test.catalogue.images.retry('ada', id);
    await processing.start(id, 2);
    expect(await processing.crashed(id, 2)).toBe(1);
  });

  it('that one delivery returned to the queue can be completed by the other', async () => {
    const id = await processed();
    await processing.handBack(id, 1);
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(true);
    expect(await get(id)).toMatchObject({ status: 'ready', variants: [SMALL] });
  });

  it('completed twice returns true twice and stays the same', async () => {
    const id = await processed();
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(true);
    const first = await get(id);
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(true);
    const { version, changedXid } = await get(id);
    expect(await get(id)).toEqual({ ...first, version, changedXid });
  });

  it('fails with a reason, from queued and from processing', async () => {
    for (const id of [await inserted(), await processed()]) {
      expect(await processing.fail(id, 1, FAILURE, 'quarantined')).toBe(true);
      expect(await get(id)).toMatchObject({ status: 'quarantined', error: FAILURE });
      expect(await processing.fail(id, 1, FAILURE)).toBe(false);
    }
  });

  it('does not fail when it is ready', async () => {
    const id = await processed();
    await processing.complete(id, 1, DECODED_FACTS, [SMALL]);
    expect(await processing.fail(id, 1, FAILURE)).toBe(false);
    expect(await get(id)).toMatchObject({ status: 'ready', error: null });
  });
});

describe('a late worker', () => {
  it('changes nothing after a delete', async () => {
    const id = await processed();
    await remove(id);
    expect(await processing.find(id, 1)).toBeNull();
    expect(await processing.start(id, 1)).toBeNull();
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(false);
    expect(await processing.addVariants(id, 1, [SMALL])).toBe(false);
    expect(await processing.fail(id, 1, FAILURE)).toBe(false);
    expect(await processing.exists(id)).toBe(false);
    expect(await rowsOf(id)).toEqual({ variants: 0, deletions: 1 });
  });

  it('changes nothing after a retry', async () => {
    const id = await processed();
    await processing.fail(id, 1, FAILURE);
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(false);
    await test.catalogue.images.retry('ada', id);
    expect(await processing.find(id, 1)).toBeNull();
    expect(await processing.start(id, 1)).toBeNull();
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(false);
    expect(await processing.fail(id, 1, FAILURE)).toBe(false);
    expect(await get(id)).toMatchObject({ status: 'queued', run: 2, variants: [] });
    await processing.start(id, 2);
    expect(await processing.complete(id, 1, DECODED_FACTS, [SMALL])).toBe(false);
    expect(await processing.complete(id, 2, DECODED_FACTS, [LARGE])).toBe(true);
    expect(await processing.addVariants(id, 1, [SMALL])).toBe(false);
    expect(await get(id)).toMatchObject({ status: 'ready', run: 2, variants: [LARGE] });
  });

  it('cannot bring an expired image back', async () => {
    const id = await inserted({ expiresIn: 3_600 });
    await test.sql.query(`update images set expires_at = now() where id = $1`, [id]);
    expect(await processing.start(id, 1)).toBeNull();
  });
});

describe('variants', () => {
  it('are added to a ready image, and written again by a second delivery', async () => {
    const id = await processed();
    expect(await processing.addVariants(id, 1, [variant('small', 320, 'webp')])).toBe(false);
    await processing.complete(id, 1, DECODED_FACTS, [LARGE, SMALL]);
    const { version } = await get(id);
    const webp = variant('small', 320, 'webp');
    expect(await processing.addVariants(id, 1, [webp])).toBe(true);
    expect(await processing.addVariants(id, 1, [{ ...webp, bytes: 7, recipeVersion: 2 }])).toBe(true);
    const image = await get(id);
    expect(image.variants).toEqual([SMALL, LARGE, { ...webp, bytes: 7, recipeVersion: 2 }]);
    expect(image.version).toBe(version + 2);
  });
});

describe('complete and delete at once', () => {
  /** Runs both while this connection locks the row, so that they queue for it in the given order. */
  async function race(id: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
    const holder = await connect(test.database.url);
    await holder.query('begin');
    await holder.query('select from images where id = $1 for update', [id]);
    const one = first();
    await waiting(1);
    const two = second();
    await waiting(2);
    await holder.query('commit');
    await holder.end();
    return Promise.all([one, two]);
  }

  /** Waits until this many connections wait for a lock. Not on the holder's connection: a transaction sees only one state of them. */
  async function waiting(count: number): Promise<void> {
    const locked = async () => {
      const { rows } = await test.sql.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    await expect.poll(locked, { timeout: 10_000 }).toBe(count);
  }

  it.each(['complete', 'delete'])('ends deleted when %s comes first', async (order) => {
    const id = await processed();
    const complete = () => processing.complete(id, 1, DECODED_FACTS, [SMALL, LARGE]);
    const both = order === 'complete' ? [complete, () => remove(id)] : [() => remove(id), complete];
    const [one, two] = both as [() => Promise<unknown>, () => Promise<unknown>];
    const results = await race(id, one, two);
    expect(results).toContain(order === 'complete');
    expect(await processing.exists(id)).toBe(false);
    expect(await rowsOf(id)).toEqual({ variants: 0, deletions: 1 });
  });

  it('ends deleted when a delete comes between added variants', async () => {
    const id = await processed();
    await processing.complete(id, 1, DECODED_FACTS, [SMALL]);
    await race(
      id,
      () => processing.addVariants(id, 1, [LARGE]),
      () => remove(id),
    );
    expect(await rowsOf(id)).toEqual({ variants: 0, deletions: 1 });
  });
});

describe('the reconciler', () => {
  let own: TestCatalogue;
  beforeAll(async () => {
    own = await openTestCatalogue();
  });
  afterAll(() => own.close());

  it('finds images that wait for a worker and have not changed for a while, page by page', async () => {
    const images = Array.from({ length: 5 }, () => createNewImage());
    await own.catalogue.images.insert(images);
    const ids = images.map((image) => image.id) as [string, string, string, string, string];
    await own.catalogue.processing.start(ids[1], 1);
    await own.catalogue.processing.fail(ids[2], 1, FAILURE);
    const unfinished = (...args: Parameters<ProcessingCatalogue['unfinished']>) =>
      own.catalogue.processing.unfinished(...args);
    expect(await unfinished(3_600, 10)).toEqual([]);
    const waiting = [ids[0], ids[1], ids[3], ids[4]].map((id) => ({ id, run: 1 }));
    await expect.poll(() => unfinished(0, 10)).toEqual(waiting);
    expect(await unfinished(0, 2)).toEqual(waiting.slice(0, 2));
    expect(await unfinished(0, 2, ids[1])).toEqual(waiting.slice(2));
  });
});
