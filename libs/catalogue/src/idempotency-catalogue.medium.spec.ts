import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIM_SECONDS, type Claim, type IdempotencyCatalogue } from './idempotency-catalogue.js';
import { createNewImage } from './testing/create-new-image.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

const ANSWER = { items: [{ id: 'x', title: "it's" }], rejected: [] };

let test: TestCatalogue;
let idempotency: IdempotencyCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
  idempotency = test.catalogue.idempotency;
});
afterAll(() => test.close());

async function claimed(key: string, owner = 'ada'): Promise<Claim> {
  const outcome = await idempotency.claim(owner, key);
  if (outcome.kind !== 'claimed') throw new Error(`${key} is ${outcome.kind}`);
  return outcome.claim;
}

const complete = (claim: Claim, fingerprint = 'print', answer: unknown = ANSWER) =>
  test.catalogue.transaction((sql) => idempotency.complete(claim, fingerprint, answer, sql));

const age = (key: string, hours: number) =>
  test.sql.query(`update idempotency_keys set created_at = now() - $2 * interval '1 hour' where key = $1`, [
    key,
    hours,
  ]);
const unlock = (key: string) =>
  test.sql.query('update idempotency_keys set locked_until = now() where key = $1', [key]);

describe('a key', () => {
  it('is claimed, running, answered', async () => {
    const claim = await claimed('life');
    expect(await idempotency.claim('ada', 'life')).toEqual({ kind: 'running' });
    expect(await complete(claim)).toBe(true);
    const answered = { kind: 'answered', fingerprint: 'print', answer: ANSWER };
    expect(await idempotency.claim('ada', 'life')).toEqual(answered);
    expect(await idempotency.claim('ada', 'life')).toEqual(answered);
  });

  it('is claimed by one of several calls at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => idempotency.claim('ada', 'race')));
    expect(outcomes.map((outcome) => outcome.kind).toSorted()).toEqual([
      'claimed',
      ...Array.from({ length: 7 }, () => 'running'),
    ]);
  });

  it('belongs to its owner alone', async () => {
    const claim = await claimed('shared');
    await complete(claim);
    const other = await claimed('shared', 'bob');
    await idempotency.release(other);
    expect(await idempotency.claim('ada', 'shared')).toMatchObject({ kind: 'answered' });
    expect(await idempotency.claim('bob', 'shared')).toMatchObject({ kind: 'claimed' });
  });

  it('is free again when released, but not once it is answered', async () => {
    await idempotency.release(await claimed('released'));
    const claim = await claimed('released');
    await complete(claim);
    await idempotency.release(claim);
    expect(await idempotency.claim('ada', 'released')).toMatchObject({ kind: 'answered' });
  });

  it('is not bound by a transaction that does not commit', async () => {
    const claim = await claimed('rolled back');
    const image = createNewImage();
    const attempt = test.catalogue.transaction(async (sql) => {
      await test.catalogue.images.insert([image], sql);
      await idempotency.complete(claim, 'print', ANSWER, sql);
      throw new Error('cut off');
    });
    await expect(attempt).rejects.toThrow('cut off');
    expect(await idempotency.claim('ada', 'rolled back')).toEqual({ kind: 'running' });
    expect(await test.catalogue.processing.exists(image.id)).toBe(false);
  });
});

describe('a claim', () => {
  it('that was not renewed is taken over, and the first call cannot complete', async () => {
    const first = await claimed('taken');
    await unlock('taken');
    const second = await claimed('taken');
    expect(second.id).not.toBe(first.id);
    expect(await complete(first, 'first')).toBe(false);
    await idempotency.release(first);
    expect(await idempotency.claim('ada', 'taken')).toEqual({ kind: 'running' });
    expect(await complete(second, 'second')).toBe(true);
    expect(await complete(first, 'first')).toBe(false);
    expect(await idempotency.claim('ada', 'taken')).toMatchObject({ fingerprint: 'second' });
  });

  it('that is late but not taken over can still complete', async () => {
    const claim = await claimed('late');
    await unlock('late');
    expect(await complete(claim)).toBe(true);
    expect(await idempotency.claim('ada', 'late')).toMatchObject({ kind: 'answered' });
  });

  it('is kept by renewing it, only by its holder', async () => {
    const left = async () =>
      (
        await test.sql.query(
          `select extract(epoch from locked_until - now())::float as seconds from idempotency_keys where key = 'renewed'`,
        )
      ).rows[0].seconds as number;
    const claim = await claimed('renewed');
    await unlock('renewed');
    await idempotency.renew({ ...claim, id: '00000000-0000-4000-8000-000000000000' });
    expect(await left()).toBeLessThanOrEqual(0);
    await idempotency.renew(claim);
    expect(await left()).toBeGreaterThan(CLAIM_SECONDS / 2);
    expect(await idempotency.claim('ada', 'renewed')).toEqual({ kind: 'running' });
  });
});

describe('24 hours', () => {
  it('keep an answer, and no longer', async () => {
    await complete(await claimed('day'));
    await age('day', 23.9);
    expect(await idempotency.claim('ada', 'day')).toMatchObject({ kind: 'answered' });
    await age('day', 24.1);
    expect(await idempotency.claim('ada', 'day')).toMatchObject({ kind: 'claimed' });
    expect(await idempotency.claim('ada', 'day')).toEqual({ kind: 'running' });
  });

  it('later, another call sweeps the key away', async () => {
    await complete(await claimed('old'));
    await age('old', 25);
    await claimed('another');
    expect((await test.sql.query(`select from idempotency_keys where key = 'old'`)).rows).toEqual([]);
  });
});
