import { expect, it } from 'vitest';
import { scanBacklog, drainBacklog } from './scan-backlog.js';
import { PAGE, type ReconcileContext } from './reconcile-step.js';
import { Tally } from './tally.js';

/** A backlog of rows `00000`, `00001`, …, with its remembered place. */
function backlog(rows: number, more: Partial<ReconcileContext> = {}) {
  let kept: string | null = null;
  const handled: string[] = [];
  const all = Array.from({ length: rows }, (_, index) => String(index).padStart(5, '0'));
  const reconciling = {
    place: () => Promise.resolve(kept),
    keepPlace: (_: string, after: string | null) => Promise.resolve(void (kept = after)),
  };
  const context = {
    platform: { catalogue: { reconciling } },
    tally: new Tally(),
    storage: 'due',
    checkpoint: () => Promise.resolve(),
    ...more,
  } as unknown as ReconcileContext;
  const run = () =>
    scanBacklog<string, string>(context, 'pictures', {
      start: (id) => id,
      next: (after) => Promise.resolve(all.filter((id) => after === null || id > after).slice(0, PAGE)),
      placeOf: (id) => id,
      idOf: (id) => id,
      handle: (page) => Promise.resolve(void handled.push(...page)),
    });
  return { all, handled, context, run, place: () => kept };
}

it('scans a whole backlog, then starts again from the beginning', async () => {
  const { all, handled, run, place } = backlog(3 * PAGE);
  await run();
  expect(handled).toEqual(all);
  expect(place()).toBeNull();
  await run();
  expect(handled).toEqual([...all, ...all]);
});

it('scans a very long backlog in several runs', async () => {
  const { all, handled, run, place } = backlog(25 * PAGE + 7);
  await run();
  expect(handled).toEqual(all.slice(0, 20 * PAGE));
  expect(place()).toBe(handled.at(-1));
  await run();
  expect(handled).toEqual(all);
  expect(place()).toBeNull();
});

it('scans a very long backlog in one run with storage: all', async () => {
  const { all, handled, run } = backlog(25 * PAGE, { storage: 'all' });
  await run();
  expect(handled).toEqual(all);
});

it('remembers no place after a dry run', async () => {
  const { run, place } = backlog(25 * PAGE, { tally: new Tally(true) });
  await run();
  expect(place()).toBeNull();
});

it.each([
  ['in several runs, each starting with the remainder', 'due' as const, [20 * PAGE, 5 * PAGE + 7, 0]],
  ['in one run with storage: all', 'all' as const, [25 * PAGE + 7, 0]],
])('drains a very long backlog %s', async (_, storage, runs) => {
  const { all } = backlog(25 * PAGE + 7);
  const { context } = backlog(0, { storage });
  const left = new Set(all);
  for (const done of runs) {
    const before = left.size;
    await drainBacklog(
      context,
      (after) => Promise.resolve([...left].filter((id) => after === null || id > after).slice(0, PAGE)),
      (page) => Promise.resolve(page.forEach((id) => left.delete(id))),
    );
    expect(before - left.size).toBe(done);
  }
});
