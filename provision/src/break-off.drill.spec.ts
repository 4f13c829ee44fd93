import { throttled, STEPWISE } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { breakOffAt, breakOffAtWrites } from '../test/break-off.js';
import { useEmulator } from '../test/use-emulator.js';
import { changesLeft, runProvision, runTeardown, tryTeardown } from '../test/whole-run.js';
import { explain } from './cli/explain.js';
import { MAKING } from './operator-policy.js';

/** Generous: on a loaded machine, a shorter limit would fail a healthy run. */
const HOUR = 3_600_000;

/** Calls of the checks before a run, and calls that a run can do without. */
const NOT_FATAL = new Set([
  'ec2:DescribeInstanceTypes',
  'iam:SimulatePrincipalPolicy',
  'servicequotas:GetServiceQuota',
  'sts:GetCallerIdentity',
]);

interface Broken {
  index: number;
  when: 'before' | 'after';
  /** Name of the call, if the run reached it. */
  call: string | undefined;
}

// `npm run break-off`: the exhaustive form of break-off.medium.spec.ts.
describe.skipIf(!services().moto)('a whole run', () => {
  const emulator = useEmulator(STEPWISE);

  /**
   * Interrupts a run at each of its calls, from the same initial state each time. For reads, before and after are the
   * same.
   *
   * @param last - number of calls in a whole run; it differs a little from run to run
   */
  async function atEveryCall(
    last: number,
    { begin, run }: { begin: () => Promise<unknown>; run: () => Promise<unknown> },
    finish: (broken: Broken) => Promise<void>,
  ): Promise<number> {
    let count = 0;
    const breakOff = async (index: number, when: Broken['when']) => {
      emulator().reset();
      await begin();
      await breakOffAt(emulator(), { index, when }, run);
      const call = emulator().calls.all[index - 1];
      await finish({ index, when, call: call?.name });
      count += 1;
      return call?.write === true;
    };
    for (let index = 1; index <= last; index += 1) {
      if (await breakOff(index, 'after')) await breakOff(index, 'before');
      if (index % 25 === 0) process.stderr.write(`call ${index} of ${last}\n`);
    }
    return count;
  }

  it('interrupted after every write in turn is resumed by the next one', { timeout: HOUR }, async () => {
    const made = await breakOffAtWrites(emulator(), 3, () => runProvision(emulator()));
    expect(await changesLeft(emulator())).toEqual([]);
    const removed = await breakOffAtWrites(emulator(), 3, () => runTeardown(emulator()));
    expect(await runTeardown(emulator())).toMatchObject({ deleted: [], left: [], complete: true });
    process.stderr.write(`${made.length} writes of provision, ${removed.length} of teardown\n`);
  });

  it(
    'of provision, interrupted at any call, is finished by the next one',
    { timeout: 3 * HOUR },
    async () => {
      const run = () => runProvision(emulator());
      await run();
      const last = emulator().calls.count;
      const begin = () => Promise.resolve();
      const count = await atEveryCall(last, { begin, run }, async (broken) => {
        const { errors } = await run();
        expect({ ...broken, errors }).toEqual({ ...broken, errors: [] });
        expect({ ...broken, left: await changesLeft(emulator()) }).toEqual({ ...broken, left: [] });
      });
      process.stderr.write(`provision: ${count} break-offs over ${last} calls\n`);
    },
  );

  it('of teardown, interrupted at any call, is finished by the next one', { timeout: 3 * HOUR }, async () => {
    const run = () => runTeardown(emulator());
    const begin = () => runProvision(emulator());
    await begin();
    emulator().calls.clear();
    await run();
    const last = emulator().calls.count;
    const count = await atEveryCall(last, { begin, run }, async (broken) => {
      const receipt = await run();
      expect({ ...broken, ...receipt }).toMatchObject({ ...broken, failed: [], left: [], complete: true });
    });
    process.stderr.write(`teardown: ${count} break-offs over ${last} calls\n`);
  });

  it('succeeds in the end while three calls of ten are throttled', { timeout: HOUR }, async () => {
    emulator().faults.add({ share: { of: 0.3, seed: 11 }, give: throttled() });
    expect((await runProvision(emulator())).errors).toEqual([]);
    expect(await runTeardown(emulator())).toMatchObject({ failed: [], left: [], complete: true });
    const hurt = emulator().calls.all.filter(({ error = '' }) => /Throttl|RequestLimit|SlowDown/.test(error));
    process.stderr.write(`throttled: ${hurt.length} of ${emulator().calls.count} calls\n`);
  });

  it(
    'names the missing permission, for each one in turn, without the checks',
    { timeout: HOUR },
    async () => {
      const tried = MAKING.filter((action) => !NOT_FATAL.has(action));
      for (const action of tried) {
        emulator().reset();
        emulator().faults.deny(action);
        const { errors } = await runProvision(emulator(), { checks: false });
        const { receipt, error } = await tryTeardown(emulator());
        const said = [...errors, error].map(explain);
        const failed = (receipt?.failed ?? []).map(({ reason }) => reason);
        const named = [...said, ...failed].filter((words) => words.includes(action));
        expect({ action, said, failed, named }).not.toEqual({ action, said, failed, named: [] });
      }
      process.stderr.write(`${tried.length} permissions denied, one at a time\n`);
    },
  );
});
