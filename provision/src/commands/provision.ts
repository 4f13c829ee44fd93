import { ensure } from '../engine/ensure.js';
import type { Context } from '../context.js';
import { inOrder, type Outcome } from '../engine/graph.js';
import type { Resource } from '../engine/resource.js';
import type { Report } from '../engine/run.js';

export interface ApplyOptions {
  report: Report;
  /** False: leave each as soon as it exists. */
  wait?: boolean;
  /** Begin nothing more once it says so. */
  stopped?: () => boolean;
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
  { report, wait = true, stopped }: ApplyOptions,
): Promise<Outcome[]> {
  // What is not wanted any more goes first, before what it stands on is changed.
  return inOrder(resources, (resource) => ensure(resource, { clock, report }, wait), {
    ...(stopped !== undefined && { stopped }),
  });
}
