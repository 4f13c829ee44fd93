import type { Emulator } from '@darkroom/aws-emulator';
import type { Connection } from '../src/connect.js';
import { provision } from '../src/provision/provision.js';
import { teardown, type Receipt } from '../src/teardown/teardown.js';
import type { Context } from '../src/context.js';
import { plan, type PlanRow } from '../src/engine/plan.js';
import { listResources } from '../src/engine/profile.js';
import type { Settings } from '../src/settings.js';
import { stackResources } from '../src/stack-resources.js';
import { createBench } from './bench.js';
import { fakeClock } from './fake-clock.js';

export interface WholeRunOptions {
  settings?: Partial<Settings>;
  /** Tries of a call; what the product makes by default. */
  maxAttempts?: number;
  /** Whether permissions and quotas are looked at first; they are by default. */
  checks?: boolean;
}

/** What a run ended with; the errors of those that failed, or the one that ended it all. */
export interface WholeRun {
  context?: Context;
  errors: unknown[];
}

/** A run of `provision` that knows only the account, in this process and without waiting. */
export async function runProvision(emulator: Emulator, options: WholeRunOptions = {}): Promise<WholeRun> {
  try {
    const { context } = await createBench(emulator, options.settings, options.maxAttempts);
    const connection: Connection = {
      ...context,
      caller: `arn:aws:iam::${context.stack.account}:user/operator`,
    };
    const outcomes = await provision(connection, context, listResources(stackResources(context)), {
      report: () => undefined,
      breakLock: true,
      checks: options.checks ?? true,
    });
    context.aws.close();
    return { context, errors: outcomes.flatMap((one) => (one.state === 'failed' ? [one.error] : [])) };
  } catch (error) {
    return { errors: [error] };
  }
}

/** A plan, which reads alone: what it would change, and nothing when all is as it should be. */
export async function changesLeft(emulator: Emulator, settings: Partial<Settings> = {}): Promise<PlanRow[]> {
  const { context } = await createBench(emulator, settings);
  const rows = await plan(listResources(stackResources(context)));
  context.aws.close();
  return rows.filter(({ action }) => action !== 'same');
}

/** A run of `teardown`; its receipt, or the error that ended it before. */
export async function tryTeardown(emulator: Emulator): Promise<{ receipt?: Receipt; error?: unknown }> {
  const { region, endpoint } = emulator;
  try {
    const receipt = await teardown({
      stack: 'demo',
      region,
      endpoint,
      credentials: emulator.credentials(),
      clock: fakeClock(),
      breakLock: true,
    });
    return { receipt };
  } catch (error) {
    return { error };
  }
}

/** A run of `teardown`; undefined for one that was ended before its receipt. */
export async function runTeardown(emulator: Emulator): Promise<Receipt | undefined> {
  return (await tryTeardown(emulator)).receipt;
}
