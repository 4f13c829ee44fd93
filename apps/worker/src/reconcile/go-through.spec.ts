import { expect, it } from 'vitest';
import { goThrough, workOff } from './go-through.js';
import { PAGE, type ReconcileContext } from './reconcile-step.js';
import { Tally } from './tally.js';

/** A backlog of rows `00000` and on, and the place that is remembered of it. */
function backlog(rows: number, more: Partial<ReconcileContext> = {}) {
  let kept: string | null = null;
  const judged: string[] = [];
  const all = Array.from({ length: rows }, (_, index) => String(index).padStart(5, '0'));
  const reconciling = {
    place: () => Promise.resolve(kept),
    keepPlace: (_: string, after: string | null) => Promise.resolve(void (kept = after)),
  };
  const context = {
    platform: { catalogue: { reconciling } },
    tally: new Tally(),
    storage: 'due',
    goOn: () => Promise.resolve(),
    ...more,
  } as unknown as ReconcileContext;
  const run = () =>
    goThrough<string, string>(context, 'pictures', {
      start: (id) => id,
      next: (after) => Promise.resolve(all.filter((id) => after === null || id > after).slice(0, PAGE)),
      placeOf: (id) => id,
      idOf: (id) => id,
      judge: (page) => Promise.resolve(void judged.push(...page)),
    });
  return { all, judged, context, run, place: () => kept };
}

it('goes through all of a backlog, and begins anew', async () => {
  const { all, judged, run, place } = backlog(3 * PAGE);
  await run();
  expect(judged).toEqual(all);
  expect(place()).toBeNull();
  await run();
  expect(judged).toEqual([...all, ...all]);
});

it('goes through a very long one in several runs', async () => {
  const { all, judged, run, place } = backlog(25 * PAGE + 7);
  await run();
  expect(judged).toEqual(all.slice(0, 20 * PAGE));
  expect(place()).toBe(judged.at(-1));
  await run();
  expect(judged).toEqual(all);
  expect(place()).toBeNull();
});

it('goes through all of it at once when it is told to', async () => {
  const { all, judged, run } = backlog(25 * PAGE, { storage: 'all' });
  await run();
  expect(judged).toEqual(all);
});

it('remembers nothing of a rehearsal', async () => {
  const { run, place } = backlog(25 * PAGE, { tally: new Tally(true) });
  await run();
  expect(place()).toBeNull();
});

it.each([
  ['in several runs, which find what is left', 'due' as const, [20 * PAGE, 5 * PAGE + 7, 0]],
  ['at once when it is told to', 'all' as const, [25 * PAGE + 7, 0]],
])('works off a very long one %s', async (_, storage, runs) => {
  const { all } = backlog(25 * PAGE + 7);
  const { context } = backlog(0, { storage });
  const left = new Set(all);
  for (const done of runs) {
    const before = left.size;
    await workOff(
      context,
      (after) => Promise.resolve([...left].filter((id) => after === null || id > after).slice(0, PAGE)),
      (page) => Promise.resolve(page.forEach((id) => left.delete(id))),
    );
    expect(before - left.size).toBe(done);
  }
});
