import { type ImageStatus, imageStatuses } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewImage } from '../testing/create-new-image.js';
import { openTestCatalogue, type TestCatalogue } from '../testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

/** Columns that a row of each state must have, so that only the transition can be refused. */
const COLUMNS: Record<ImageStatus, string> = {
  queued: 'error_code = null, error_message = null',
  processing: 'error_code = null, error_message = null',
  ready: 'error_code = null, error_message = null, ready_at = now(), width = 1, height = 1',
  failed: `error_code = 'internal', error_message = 'x'`,
  quarantined: `error_code = 'internal', error_message = 'x'`,
};
const PATHS: Record<ImageStatus, ImageStatus[]> = {
  queued: [],
  processing: ['processing'],
  ready: ['processing', 'ready'],
  failed: ['failed'],
  quarantined: ['quarantined'],
};
const LEGAL: Record<ImageStatus, ImageStatus[]> = {
  queued: ['queued', 'processing', 'failed', 'quarantined'],
  processing: ['queued', 'processing', 'ready', 'failed', 'quarantined'],
  ready: ['ready'],
  failed: ['failed', 'queued'],
  quarantined: ['quarantined', 'queued'],
};
const isRetry = (from: ImageStatus, to: ImageStatus) =>
  (from === 'failed' || from === 'quarantined') && to === 'queued';

async function imageIn(status: ImageStatus): Promise<string> {
  const image = createNewImage();
  await test.catalogue.images.insert([image]);
  for (const step of PATHS[status]) await move(image.id, step, 0);
  return image.id;
}

async function move(id: string, to: ImageStatus, runs: number): Promise<void> {
  await test.sql.query(`update images set status = $2, run = run + $3, ${COLUMNS[to]} where id = $1`, [
    id,
    to,
    runs,
  ]);
}

const pairs = imageStatuses.flatMap((from) => imageStatuses.map((to) => ({ from, to })));

describe('a transition', () => {
  it.each(pairs)('from $from to $to is accepted only when it is legal', async ({ from, to }) => {
    const id = await imageIn(from);
    const moving = move(id, to, isRetry(from, to) ? 1 : 0);
    if (LEGAL[from].includes(to)) await moving;
    else await expect(moving).rejects.toMatchObject({ code: 'DR001' });
    const { rows } = await test.sql.query('select status from images where id = $1', [id]);
    expect(rows).toEqual([{ status: LEGAL[from].includes(to) ? to : from }]);
  });

  it.each(pairs.filter(({ from, to }) => LEGAL[from].includes(to)))(
    'from $from to $to changes the run if it is a retry, and only then',
    async ({ from, to }) => {
      const id = await imageIn(from);
      for (const runs of isRetry(from, to) ? [0, 2, -1] : [1, -1]) {
        await expect(move(id, to, runs)).rejects.toMatchObject({ code: 'DR001' });
      }
    },
  );
});

describe('a row', () => {
  it('keeps its id and owner', async () => {
    const id = await imageIn('queued');
    for (const change of [`id = gen_random_uuid()`, `owner = 'other'`]) {
      await expect(test.sql.query(`update images set ${change} where id = $1`, [id])).rejects.toMatchObject({
        code: 'DR002',
      });
    }
  });

  it.each([
    ['a failure without its reason', `status = 'failed'`],
    ['a reason without its sentence', `status = 'failed', error_code = 'internal'`],
    ['an error in a state other than failed', `error_code = 'internal', error_message = 'x'`],
    ['an unknown state', `status = 'lost'`],
    ['ready without its size', `status = 'ready', ready_at = now()`],
    ['no bytes', 'bytes = 0'],
    ['an invalid hash', `sha256 = 'x'`],
  ])('does not hold %s', async (_, change) => {
    const id = await imageIn('processing');
    await expect(test.sql.query(`update images set ${change} where id = $1`, [id])).rejects.toMatchObject({
      code: expect.stringMatching(/^(23514|DR001)$/),
    });
  });

  it('gets a later version with every change', async () => {
    const id = await imageIn('queued');
    const read = async () =>
      (
        await test.sql.query(
          'select version, changed_xid::text::int as xid, changed_at from images where id = $1',
          [id],
        )
      ).rows[0];
    const before = await read();
    await test.sql.query(`update images set title = 'x', version = 7, changed_xid = '1' where id = $1`, [id]);
    const after = await read();
    expect(after.version).toBe(before.version + 1);
    expect(after.xid).toBeGreaterThan(before.xid);
    expect(after.changed_at.getTime()).toBeGreaterThanOrEqual(before.changed_at.getTime());
  });

  it('leaves a record when SQL deletes it, and its variants are deleted too', async () => {
    const id = await imageIn('ready');
    await test.catalogue.processing.addVariants(id, 1, [
      { name: 'small', format: 'webp', recipeVersion: 1, width: 1, height: 1, bytes: 1 },
    ]);
    await test.sql.query('delete from images where id = $1', [id]);
    const { rows } = await test.sql.query(
      `select (select count(*) from variants where image_id = $1) as variants,
              (select count(*) from deletions where image_id = $1 and owner = 'ada') as deletions`,
      [id],
    );
    expect(rows).toEqual([{ variants: 0, deletions: 1 }]);
  });
});
