import type { Resource } from './resource.js';

/** Resources in progress at a time. AWS throttles by account, and other people may use the same account. */
export const PARALLEL = 5;

export type Outcome =
  | { resource: Resource; state: 'done' }
  | { resource: Resource; state: 'failed'; error: unknown }
  /** A dependency failed, or the run was stopped. */
  | { resource: Resource; state: 'skipped' };

export interface Order {
  /** Dependents first, as for deletion. */
  reverse?: boolean;
  /** Nothing more is begun once it returns true. */
  stopped?: () => boolean;
  /** Called when work on a resource ends, with whether it succeeded. */
  ended?: (resource: Resource, fine: boolean) => void;
}

/** For each resource, those that must be done before it. */
function predecessors(resources: readonly Resource[], reverse: boolean): Map<Resource, Resource[]> {
  const present = new Set(resources);
  const before = new Map<Resource, Resource[]>(resources.map((resource) => [resource, []]));
  for (const resource of resources) {
    for (const needed of resource.needs.filter((one) => present.has(one))) {
      if (reverse) before.get(needed)?.push(resource);
      else before.get(resource)?.push(needed);
    }
  }
  return before;
}

/**
 * Works on all resources, each after its dependencies, at most `PARALLEL` at a time. A failure skips only what depends
 * on the failed resource; the rest is finished.
 *
 * @returns the outcome of each; the failure of one is never thrown
 */
export async function inOrder(
  resources: readonly Resource[],
  work: (resource: Resource) => Promise<unknown>,
  { reverse = false, stopped = () => false, ended }: Order = {},
): Promise<Outcome[]> {
  const before = predecessors(resources, reverse);
  const outcomes = new Map<Resource, Outcome>();
  const waiting = new Set(resources);
  const running = new Set<Promise<void>>();

  const isReady = (resource: Resource) => (before.get(resource) ?? []).every((one) => outcomes.has(one));
  const isHeldBack = (resource: Resource) =>
    stopped() || (before.get(resource) ?? []).some((one) => outcomes.get(one)?.state !== 'done');
  const finish = async (resource: Resource) => {
    const outcome = await attempt(resource, work);
    outcomes.set(resource, outcome);
    ended?.(resource, outcome.state === 'done');
  };
  const begin = (resource: Resource) => {
    waiting.delete(resource);
    const task = finish(resource).finally(() => running.delete(task));
    running.add(task);
  };

  while (waiting.size > 0 || running.size > 0) {
    const ready = [...waiting].filter(isReady);
    const held = ready.filter(isHeldBack);
    for (const resource of held) {
      waiting.delete(resource);
      outcomes.set(resource, { resource, state: 'skipped' });
    }
    if (held.length > 0) continue;
    for (const resource of ready.slice(0, PARALLEL - running.size)) begin(resource);
    if (running.size === 0) throw new Error('the resources depend on each other in a cycle');
    await Promise.race(running);
  }
  return resources.map((resource) => outcomes.get(resource) ?? { resource, state: 'skipped' });
}

async function attempt(resource: Resource, work: (resource: Resource) => Promise<unknown>): Promise<Outcome> {
  try {
    await work(resource);
    return { resource, state: 'done' };
  } catch (error) {
    return { resource, state: 'failed', error };
  }
}
