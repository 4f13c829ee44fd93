import { isAlreadyThere, isNotYetConsistent } from '../aws/aws-errors.js';
import { ProvisionFault } from '../errors.js';
import { remove } from './remove.js';
import type { Difference, Resource } from './resource.js';
import { CONSISTENCY_LIMIT, readyLimit, type Run } from './run.js';
import { retry, waitFor } from './wait.js';

/** Looks for the object and stores the result in `seen`, where its dependents read it. */
export async function observe<Found>(resource: Resource<Found>): Promise<Found | undefined> {
  resource.seen = await resource.find();
  return resource.seen;
}

/**
 * Brings one object to its target state: looks for it, creates it if it is absent, changes only what differs, and reads
 * it back.
 *
 * @param wait - false to return once the object exists, before it is ready
 */
export async function ensure<Found>(resource: Resource<Found>, run: Run, wait = true): Promise<void> {
  const there = await observe(resource);
  if (!resource.wanted) {
    if (there !== undefined) await remove(resource, run);
    return;
  }
  let found = (await removeUnusable(resource, there, run)) ?? (await create(resource, run));
  if (wait || resource.differences(found).length > 0) found = await waitUntilReady(resource, found, run);
  const changed = await applyDifferences(resource, found, run);
  if (wait && changed) await waitUntilReady(resource, await waitUntilFound(resource, run), run);
}

/**
 * Removes an object that AWS is already deleting, or that cannot be changed into what it should be.
 *
 * @returns the object when it can stay
 */
async function removeUnusable<Found>(
  resource: Resource<Found>,
  found: Found | undefined,
  run: Run,
): Promise<Found | undefined> {
  if (found === undefined) return undefined;
  const replaced = resource.leaving?.(found) === true || resource.differences(found).some(isReplacing);
  if (!replaced) return found;
  run.report(resource, 'replacing');
  await remove(resource, run);
  return undefined;
}

const isReplacing = ({ replaces }: Difference) => replaces === true;

async function create<Found>(resource: Resource<Found>, run: Run): Promise<Found> {
  run.report(resource, 'creating');
  const attempt = () =>
    resource.create().catch((error: unknown) => {
      // An interrupted run has just created it, or it is someone else's. `find` sees it soon and can tell which.
      if (!isAlreadyThere(error)) throw error;
    });
  await retry(run.clock, attempt, { isTransient: isNotYetConsistent, limitSeconds: CONSISTENCY_LIMIT });
  return waitUntilFound(resource, run);
}

/** Polls until the object is found: AWS may not show a new object to the next call. */
function waitUntilFound<Found>(resource: Resource<Found>, run: Run): Promise<Found> {
  return waitFor(run.clock, {
    poll: () => observe(resource),
    what: () => `${resource.kind} ${resource.name} to appear after its creation`,
    limitSeconds: CONSISTENCY_LIMIT,
  });
}

/** Waits until nothing is pending. */
async function waitUntilReady<Found>(resource: Resource<Found>, found: Found, run: Run): Promise<Found> {
  let last = found;
  const pendingState = () => resource.pending?.(last);
  if (pendingState() === undefined) return found;
  return waitFor(run.clock, {
    poll: async () => {
      last = (await observe(resource)) ?? last;
      const pending = pendingState();
      if (pending === undefined) return last;
      run.report(resource, pending);
      return undefined;
    },
    what: () => `${resource.kind} ${resource.name}: ${pendingState() ?? 'ready'}`,
    limitSeconds: readyLimit(resource),
  });
}

/** @returns whether anything differed */
async function applyDifferences<Found>(resource: Resource<Found>, found: Found, run: Run): Promise<boolean> {
  const differences = resource.differences(found);
  if (differences.length === 0) return false;
  for (const { field, apply } of differences) {
    run.report(resource, `setting ${field}`);
    await retry(run.clock, apply, { isTransient: isNotYetConsistent, limitSeconds: CONSISTENCY_LIMIT });
  }
  let left: readonly Difference[] = differences;
  await waitFor(run.clock, {
    poll: async () => {
      const now = await observe(resource);
      left = now === undefined ? differences : resource.differences(now);
      return left.length === 0 ? true : undefined;
    },
    what: () => `${resource.kind} ${resource.name} to keep ${left.map(({ field }) => field).join(', ')}`,
    limitSeconds: CONSISTENCY_LIMIT,
  }).catch((error: unknown) => {
    throw asReverted(resource, left, error);
  });
  return true;
}

/** AWS accepted the change but shows another value: something reverts it, or AWS ignored it. */
function asReverted(resource: Resource, left: readonly Difference[], error: unknown): unknown {
  if (!(error instanceof ProvisionFault && error.code === 'timeout')) return error;
  const lines = left.map(({ field, from, to }) => `${field} is ${from}, expected ${to}`);
  return new ProvisionFault(
    'timeout',
    `${resource.kind} ${resource.name} does not keep its settings: ${lines.join('; ')}. ` +
      'Another tool or a policy in the account may revert them.',
    error,
  );
}
