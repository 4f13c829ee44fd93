import { randomUUID } from 'node:crypto';
import { ownerText, type Connection } from '../connect.js';
import type { Context } from '../context.js';
import { ensure } from '../engine/ensure.js';
import { inOrder, type Order, type Outcome } from '../engine/graph.js';
import { withLock } from '../engine/lock.js';
import type { Resource } from '../engine/resource.js';
import type { Report } from '../engine/run.js';
import { preflight } from '../preflight/preflight.js';

export interface ApplyOptions extends Pick<Order, 'stopped' | 'ended'> {
  report: Report;
  /** False to continue as soon as an object exists, before it is ready; true by default. */
  wait?: boolean;
}

/**
 * Applies a plan to a stack.
 *
 * @param resources - the whole stack, after `plan` has looked at it
 * @returns the outcome of each
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
  /** Whether to check permissions and quotas before the first write; true by default. */
  checks?: boolean;
}

/**
 * Checks permissions and quotas, then runs `apply` under the lock of the stack.
 *
 * @throws ProvisionFault `locked`, also when another run takes over the lock, or `unfit`
 */
export async function provision(
  connection: Connection,
  context: Context,
  resources: readonly Resource[],
  { breakLock = false, checks = true, ...options }: ProvisionOptions,
): Promise<Outcome[]> {
  if (checks) await preflight(connection, context, resources);
  const owner = ownerText(connection);
  return withLock({ ...connection, id: randomUUID(), owner, breakIt: breakLock }, (lost) =>
    apply(context, resources, {
      ...options,
      stopped: () => lost.aborted || options.stopped?.() === true,
    }),
  );
}
