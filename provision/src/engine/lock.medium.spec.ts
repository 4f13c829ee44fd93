import { once } from 'node:events';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { services } from '@darkroom/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBench } from '../../test/bench.js';
import { useEmulator } from '../../test/use-emulator.js';
import { takeLock, withLock, type Holder } from './lock.js';

describe.skipIf(!services().moto)('the lock of a stack', () => {
  const emulator = useEmulator();

  async function runs(...ids: string[]) {
    const { context } = await createBench(emulator());
    const { aws, stack } = context;
    // A run that has lost its lock can send no more calls.
    const other = (await createBench(emulator())).context.aws;
    const holder = {
      id: 'dead',
      owner: 'someone',
      since: '2026-01-01T00:00:00.000Z',
      expires: '2026-01-01T00:05:00.000Z',
    };
    const leave = (left: object) =>
      other.ssm.send(
        new PutParameterCommand({
          Name: 'darkroom-demo-lock',
          Value: JSON.stringify({ ...holder, ...left }),
          Type: 'String',
          Overwrite: true,
        }),
      );
    const expire = () => leave({});
    const read = async () => {
      const { Parameter } = await other.ssm.send(new GetParameterCommand({ Name: 'darkroom-demo-lock' }));
      return JSON.parse(Parameter?.Value ?? '') as Holder;
    };
    return {
      expire,
      leave,
      read,
      options: ids.map((id) => ({ aws, stack, id, owner: `${id} on a laptop` })),
    };
  }

  it('is held by one run at a time; the error names the holder', async () => {
    const { options } = await runs('anna', 'ben');
    const [anna, ben] = options as [(typeof options)[0], (typeof options)[0]];
    const lock = await takeLock(anna);
    await expect(takeLock(ben)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(
        /^Stack demo is locked by anna on a laptop since \d{4}-.*--break-lock/,
      ) as string,
    });
    await lock.release();
    await (await takeLock(ben)).release();
  });

  it('is not overwritten by a run that slept until another run took it over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { options, leave, read } = await runs('anna');
    const lock = await takeLock(options[0] as (typeof options)[0]);
    await leave({ id: 'ben' });
    vi.advanceTimersByTime(60_000);
    await once(lock.lost, 'abort');
    expect(await read()).toMatchObject({ id: 'ben' });
    await lock.release();
    expect(await read()).toMatchObject({ id: 'ben' });
  });

  it('when lost, ends the run: it sends no more calls', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { options, leave } = await runs('anna');
    const anna = options[0] as (typeof options)[0];
    const calls = [GetParameterCommand, DeleteParameterCommand].map(
      (Command) => new Command({ Name: 'any' }),
    );
    let refused: PromiseSettledResult<unknown>[] = [];
    const run = withLock(anna, async (lost) => {
      await leave({ id: 'ben', owner: 'ben on a laptop' });
      vi.advanceTimersByTime(60_000);
      await once(lost, 'abort');
      emulator().calls.clear();
      refused = await Promise.allSettled(calls.map((call) => anna.aws.ssm.send(call)));
    });
    const fault = {
      code: 'locked',
      message: expect.stringMatching(
        /^The lock of stack demo was taken over by ben on a laptop at 2026-/,
      ) as string,
    };
    await expect(run).rejects.toMatchObject(fault);
    expect(refused).toMatchObject(calls.map(() => ({ status: 'rejected', reason: fault })));
    expect(emulator().calls.all).toEqual([]);
  });

  it('goes to exactly one of several runs that ask at once', async () => {
    const { options } = await runs('a', 'b', 'c', 'd', 'e');
    const outcomes = await Promise.allSettled(options.map(takeLock));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.release();
  });

  it('goes to exactly one of several runs when it has expired', async () => {
    const { expire, options } = await runs('a', 'b', 'c', 'd', 'e');
    await expire();
    const outcomes = await Promise.allSettled(options.map(takeLock));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.release();
    // The writes of the other runs block no one.
    const [first] = options as [(typeof options)[0]];
    await (await takeLock(first)).release();
  });

  it('is free when its holder ran on this machine and is dead, but not if it ran on another machine', async () => {
    const { leave, read, options } = await runs('anna', 'ben');
    const [anna, ben] = options as [(typeof options)[0], (typeof options)[0]];
    await takeLock(anna);
    const held = await read();
    // Process ids are smaller than this.
    const killed = { ...held, pid: 2 ** 22 + 1 };
    await leave({ ...killed, machine: 'another one' });
    await expect(takeLock(ben)).rejects.toMatchObject({ code: 'locked' });
    await leave(killed);
    await (await takeLock(ben)).release();
  });

  it('can be broken; the previous holder then does not release it', async () => {
    const { options } = await runs('anna', 'ben', 'carl');
    const [anna, ben, carl] = options as [(typeof options)[0], (typeof options)[0], (typeof options)[0]];
    const lock = await takeLock(anna);
    const taken = await takeLock({ ...ben, breakIt: true });
    await lock.release();
    await expect(takeLock(carl)).rejects.toMatchObject({ code: 'locked' });
    await taken.release();
  });
});
