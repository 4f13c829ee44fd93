import { modelRuns } from '@darkroom/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anyEvents, performEvent, type Model } from './commands.js';
import { counterExamples } from './counter-examples.js';
import { Run } from './run.js';
import { openWorld, type World } from './world.js';

const { runs, seed } = modelRuns({ runs: 15 });
/** A long run kills the reconciler before each of its calls, a short one before every sixth. */
const STRIDE = runs < 100 ? 6 : 1;
/** Milliseconds: four seconds for each run is generous. */
const LIMIT = 120_000 + runs * 4_000;
const MAX_EVENTS = 40;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => world.empty());
afterAll(() => world.close());

describe('a sequence of events that once failed', () => {
  it.each(counterExamples)('$name', async ({ events }) => {
    const run = new Run(world);
    for (const event of events) await performEvent(event, run);
    await run.settle();
    expect(run.atWork).toBe(0);
  });
});

/** Creates one of each difference that the reconciler repairs. */
async function makeMess(run: Run): Promise<void> {
  for (let picture = 0; picture < 5; picture += 1) await run.upload('whole');
  await run.drainQueue();
  await run.loseObject(0, 0);
  await run.loseObject(1, 2);
  await run.delete(2, 'row');
  await run.expire(3);
  await run.upload('row');
  await run.upload('bytes');
  await run.upload('whole');
  await run.loseJobs();
}

it(
  'after the reconciler is killed before any of its calls, the next run completes its work',
  async () => {
    let killed = 0;
    for (let calls = 1; ; calls += STRIDE) {
      const run = new Run(world);
      await makeMess(run);
      const hasEnded = await run.reconcileUpTo(calls);
      await run.settle();
      expect(run.statuses()).toEqual(['failed', 'ready', 'gone', 'gone', 'ready', 'ready', 'ready']);
      await world.empty();
      if (hasEnded) break;
      killed += 1;
    }
    expect(killed).toBeGreaterThan(20 / STRIDE);
  },
  LIMIT,
);

it(
  'after any sequence of events every picture settles, and storage matches the catalogue',
  async () => {
    let happened = 0;
    const property = fc.asyncProperty(anyEvents(MAX_EVENTS), async (events) => {
      const run = new Run(world);
      // Without a picture, most events do nothing.
      await run.upload('whole');
      const setup = (): { model: Model; real: Run } => ({ model: { pictures: 1 }, real: run });
      try {
        await fc.asyncModelRun(setup, events);
        await run.settle();
        happened += run.pictures;
      } finally {
        run.abandon();
        await world.empty();
      }
    });
    await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
    expect(happened).toBeGreaterThan(runs);
  },
  LIMIT,
);
