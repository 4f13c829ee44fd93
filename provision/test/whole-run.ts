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
  /** Attempts for each call; the product's default if absent. */
  maxAttempts?: number;
  /** Whether to check permissions and quotas first; true by default. */
  checks?: boolean;
}

/** The result of a run: the errors of failed resources, or the error that ended the run. */
export interface WholeRun {
  context?: Context;
  errors: unknown[];
}

/** Runs `provision` in this process, knowing only the account, and without real waits. */
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

/** Lists what a run would still change. It only reads. */
export async function changesLeft(emulator: Emulator, settings: Partial<Settings> = {}): Promise<PlanRow[]> {
  const { context } = await createBench(emulator, settings);
  const rows = await plan(listResources(stackResources(context)));
  context.aws.close();
  return rows.filter(({ action }) => action !== 'same');
}

/** Runs `teardown` and returns its receipt, or the error that ended it. */
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

/** Runs `teardown`. Resolves to undefined if it ended without a receipt. */
export async function runTeardown(emulator: Emulator): Promise<Receipt | undefined> {
  return (await tryTeardown(emulator)).receipt;
}
