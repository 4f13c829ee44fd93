import { ensure } from '../engine/ensure.js';
import type { Context } from '../context.js';
import { inOrder, type Order, type Outcome } from '../engine/graph.js';
import type { Resource } from '../engine/resource.js';
import type { Report } from '../engine/run.js';

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
