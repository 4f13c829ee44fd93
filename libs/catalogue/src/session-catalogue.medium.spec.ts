import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionCatalogue } from './session-catalogue.js';
import { openTestCatalogue, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
let sessions: SessionCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
  sessions = test.catalogue.sessions;
});
afterAll(() => test.close());

const secondsLeft = (expiresAt: Date | undefined) => ((expiresAt?.getTime() ?? 0) - Date.now()) / 1_000;
const expireAll = () => test.sql.query(`update sessions set expires_at = now() - interval '1 second'`);

describe('a session', () => {
  it('is found only by its id', async () => {
    const id = await sessions.create('ada', ['read', 'write'], 600);
    const other = await sessions.create('bob', [], 600);
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(other).not.toBe(id);
    expect(await sessions.find(id)).toMatchObject({ owner: 'ada', scopes: ['read', 'write'] });
    expect(await sessions.find(other)).toMatchObject({ owner: 'bob', scopes: [] });
    expect(await sessions.find('')).toBeNull();
    expect(await sessions.find(`${id}x`)).toBeNull();
  });

  it('cannot be opened with the values in the table', async () => {
    const id = await sessions.create('ada', [], 600);
    const { rows } = await test.sql.query<{ row: string; hash: string }>(
      `select sessions::text as row, encode(id_hash, 'hex') as hash from sessions`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const raw = Buffer.from(id, 'base64url').toString('hex');
    const text = Buffer.from(id).toString('hex');
    for (const { row, hash } of rows) {
      for (const form of [id, raw, text]) expect(row).not.toContain(form);
      expect(await sessions.find(hash)).toBeNull();
      expect(await sessions.find(Buffer.from(hash, 'hex').toString('base64url'))).toBeNull();
    }
  });

  it('is extended from now', async () => {
    const id = await sessions.create('ada', [], 60);
    expect(secondsLeft((await sessions.find(id))?.expiresAt)).toBeLessThan(100);
    expect(await sessions.prolong(id, 3_600)).toBe(true);
    expect(secondsLeft((await sessions.find(id))?.expiresAt)).toBeGreaterThan(3_000);
    expect(await sessions.prolong('unknown', 3_600)).toBe(false);
  });

  it('ends without ending others, and can be ended again', async () => {
    const [id, other] = [await sessions.create('ada', [], 60), await sessions.create('ada', [], 60)];
    await sessions.end(id);
    await sessions.end(id);
    expect(await sessions.find(id)).toBeNull();
    expect(await sessions.prolong(id, 60)).toBe(false);
    expect(await sessions.find(other)).not.toBeNull();
  });

  it('that has expired is gone for good, and deleted when the next begins', async () => {
    const id = await sessions.create('ada', [], 60);
    await expireAll();
    expect(await sessions.find(id)).toBeNull();
    expect(await sessions.prolong(id, 60)).toBe(false);
    expect(await sessions.find(id)).toBeNull();
    await sessions.create('ada', [], 60);
    expect((await test.sql.query('select from sessions')).rows.length).toBe(1);
  });
});
