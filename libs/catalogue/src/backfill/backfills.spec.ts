import { expect, it } from 'vitest';
import type { Sql } from '../database.js';
import { Backfills } from './backfills.js';

it('asks once for calls at the same time, and all of them wait for the answer', async () => {
  let asked = 0;
  let answer = (): void => undefined;
  const database: Sql = {
    query: async () => {
      asked += 1;
      await new Promise<void>((resolve) => (answer = resolve));
      return [{ name: 'words' }] as never[];
    },
  };
  const backfills = new Backfills(database);
  const calls = [backfills.isDone('words'), backfills.isDone('words'), backfills.isDone('totals')];
  answer();
  expect(await Promise.all(calls)).toEqual([true, true, false]);
  expect(asked).toBe(1);
});

it('asks again soon after a failure', async () => {
  let asked = 0;
  const database: Sql = {
    query: async () => {
      asked += 1;
      if (asked === 1) throw new Error('no database');
      return [{ name: 'words' }] as never[];
    },
  };
  const backfills = new Backfills(database);
  await expect(backfills.isDone('words')).rejects.toThrow('no database');
  expect(await backfills.isDone('words')).toBe(true);
});
