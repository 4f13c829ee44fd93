import { STEPWISE } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import type { Context } from '../src/context.js';
import { ensure } from '../src/engine/ensure.js';
import { remove } from '../src/engine/remove.js';
import type { Resource } from '../src/engine/resource.js';
import { createBench, ensureAll, type Bench } from './bench.js';
import { breakOffAtWrites } from './break-off.js';
import { useEmulator } from './use-emulator.js';

export interface ResourceCase<Found> {
  /** The resource under test comes last, after those that it needs. */
  define: (context: Context) => readonly [...Resource[], Resource<Found>];
  /** Manual changes, which a run must detect and correct. */
  drifts: Record<string, (context: Context, found: Found) => Promise<unknown>>;
  /** Creates an object with its name but not its tags. Absent if someone else's object cannot have its name. */
  foreign?: (context: Context, name: string) => Promise<unknown>;
}

/** Tests that every resource must pass. */
export function resourceSuite<Found>(title: string, { define, drifts, foreign }: ResourceCase<Found>): void {
  describe.skipIf(!services().moto)(title, () => {
    const emulator = useEmulator();
    const begin = async () => {
      const bench = await createBench(emulator());
      const all = define(bench.context);
      const subject = all[all.length - 1] as Resource<Found>;
      return { bench, all, subject };
    };
    const createSubject = async () => {
      const begun = await begin();
      await ensureAll(begun.all, begun.bench.run);
      begun.bench.takeWrites();
      return begun;
    };

    it('is created once: a second run only reads', async () => {
      Object.assign(emulator().pace, STEPWISE);
      const { bench, all, subject } = await begin();
      await ensureAll(all, bench.run);
      expect(bench.takeWrites()).not.toEqual([]);
      await ensureAll(all, bench.run);
      expect(bench.takeWrites()).toEqual([]);
      expect(subject.seen).toBeDefined();
      expect(subject.differences(subject.seen as Found)).toEqual([]);
    });

    it.skipIf(Object.keys(drifts).length === 0)('detects and corrects manual changes', async () => {
      expect(await uncorrected(await createSubject(), drifts)).toEqual([]);
    });

    it('is deleted once: a second time only reads', async () => {
      const { bench, subject } = await createSubject();
      Object.assign(emulator().pace, STEPWISE);
      await expect(remove(subject, bench.run)).resolves.toBe(true);
      expect(bench.takeWrites()).not.toEqual([]);
      await expect(remove(subject, bench.run)).resolves.toBe(false);
      expect(bench.takeWrites()).toEqual([]);
      expect(subject.seen).toBeUndefined();
    });

    it('is created and deleted by runs that each end at their first write', async () => {
      const { bench, all, subject } = await begin();
      await ensureAll(all.slice(0, -1), bench.run);
      const points = await breakOffAtWrites(emulator(), 1, () => ensure(subject, bench.run));
      await ensure(subject, bench.run);
      expect([points.length > 0, subject.differences(subject.seen as Found)]).toEqual([true, []]);
      await breakOffAtWrites(emulator(), 1, () => remove(subject, bench.run));
      expect(subject.seen).toBeUndefined();
    });

    it.each(foreign === undefined ? [] : [foreign])(
      'refuses an object with its name but not its tags',
      async (make) => {
        const { bench, all, subject } = await begin();
        await ensureAll(all.slice(0, -1), bench.run);
        await make(bench.context, subject.name);
        bench.takeWrites();
        await expect(ensure(subject, bench.run)).rejects.toMatchObject({ code: 'foreign' });
        await expect(remove(subject, bench.run)).rejects.toMatchObject({ code: 'foreign' });
        expect(bench.takeWrites()).toEqual([]);
      },
    );
  });
}

/** @returns the changes that a run did not detect, or did not correct */
async function uncorrected<Found>(
  { bench, subject }: { bench: Bench; subject: Resource<Found> },
  drifts: ResourceCase<Found>['drifts'],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [changed, drift] of Object.entries(drifts)) {
    await drift(bench.context, subject.seen as Found);
    bench.takeWrites();
    await ensure(subject, bench.run);
    const isSeen = bench.takeWrites().length > 0;
    await ensure(subject, bench.run);
    if (!isSeen || bench.takeWrites().length > 0) wrong.push(changed);
  }
  return wrong;
}
