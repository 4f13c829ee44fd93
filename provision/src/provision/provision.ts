import { randomUUID } from 'node:crypto';
import { ownerWords, type Connection } from '../connect.js';
import type { Context } from '../context.js';
import { ensure } from '../engine/ensure.js';
import { inOrder, type Order, type Outcome } from '../engine/graph.js';
import { withLock } from '../engine/lock.js';
import type { Resource } from '../engine/resource.js';
import type { Report } from '../engine/run.js';
import { preflight } from '../preflight/preflight.js';

export interface ApplyOptions extends Pick<Order, 'stopped' | 'ended'> {
  report: Report;
  /** False: leave each as soon as it exists. */
  wait?: boolean;
}

/**
 * Brings a stack to what it should be.
 *
 * @param resources - all of it, looked at by `plan` before
 * @returns what became of each
 */
export function apply(
  { clock }: Context,
  resources: readonly Resource[],
  { report, wait = true, ...order }: ApplyOptions,
): Promise<Outcome[]> {
  return inOrder(resources, (resource) => ensure(resource, { clock, report }, wait), order);
}

export interface ProvisionOptions extends ApplyOptions {
  breakLock?: boolean;
  /** Whether permissions and quotas are looked at before the first write; they are by default. */
  checks?: boolean;
}

/**
 * As `apply`, under the lock of the stack, when permissions and quotas do for it.
 *
 * @throws ProvisionFault `locked`, also when somebody has taken the lock over meanwhile, or `unfit`
 */
export async function provision(
  connection: Connection,
  context: Context,
  resources: readonly Resource[],
  { breakLock = false, checks = true, ...options }: ProvisionOptions,
): Promise<Outcome[]> {
  if (checks) await preflight(connection, context, resources);
  const owner = ownerWords(connection);
  return withLock({ ...connection, id: randomUUID(), owner, breakIt: breakLock }, (lost) =>
    apply(context, resources, {
      ...options,
      stopped: () => lost.aborted || options.stopped?.() === true,
    }),
  );
}
