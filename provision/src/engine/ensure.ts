import { isAlreadyThere, isNotYet } from '../aws/aws-errors.js';
import { ProvisionFault } from '../errors.js';
import { remove } from './remove.js';
import type { Difference, Resource } from './resource.js';
import { CONSISTENCY_LIMIT, readyLimit, type Run } from './run.js';
import { persist, waitFor } from './wait.js';

/** Looks for it and remembers what was found, for those that need it. */
export async function observe<Found>(resource: Resource<Found>): Promise<Found | undefined> {
  resource.seen = await resource.find();
  return resource.seen;
}

/**
 * Brings one object to what it should be: looks, makes it when it is absent, changes only what differs, and reads back.
 *
 * @param wait - false to leave once it exists, before it is ready
 */
export async function ensure<Found>(resource: Resource<Found>, run: Run, wait = true): Promise<void> {
  const there = await observe(resource);
  if (!resource.wanted) {
    if (there !== undefined) await remove(resource, run);
    return;
  }
  let found = (await makeRoom(resource, there, run)) ?? (await make(resource, run));
  if (wait || resource.differences(found).length > 0) found = await settled(resource, found, run);
  const changed = await putRight(resource, found, run);
  if (wait && changed) await settled(resource, await present(resource, run), run);
}

/** Gets rid of what is being deleted already, or cannot be changed into what it should be. */
async function makeRoom<Found>(
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

async function make<Found>(resource: Resource<Found>, run: Run): Promise<Found> {
  run.report(resource, 'creating');
  const create = () =>
    resource.create().catch((error: unknown) => {
      // Made by a run that was broken off a moment ago, or somebody else's: `find` sees it soon, and tells.
      if (!isAlreadyThere(error)) throw error;
    });
  await persist(run.clock, create, { passing: isNotYet, limitSeconds: CONSISTENCY_LIMIT });
  return present(resource, run);
}

/** Reads until it is seen: a new object may be unknown to the next call. */
function present<Found>(resource: Resource<Found>, run: Run): Promise<Found> {
  return waitFor(run.clock, {
    poll: () => observe(resource),
    what: () => `${resource.kind} ${resource.name} to be found after it was made`,
    limitSeconds: CONSISTENCY_LIMIT,
  });
}

/** Waits until nothing is pending. */
async function settled<Found>(resource: Resource<Found>, found: Found, run: Run): Promise<Found> {
  let last = found;
  const words = () => resource.pending?.(last);
  if (words() === undefined) return found;
  return waitFor(run.clock, {
    poll: async () => {
      last = (await observe(resource)) ?? last;
      const pending = words();
      if (pending === undefined) return last;
      run.report(resource, pending);
      return undefined;
    },
    what: () => `${resource.kind} ${resource.name}: ${words() ?? 'ready'}`,
    limitSeconds: readyLimit(resource),
  });
}

/** @returns whether there was anything to change */
async function putRight<Found>(resource: Resource<Found>, found: Found, run: Run): Promise<boolean> {
  const differences = resource.differences(found);
  if (differences.length === 0) return false;
  for (const { field, apply } of differences) {
    run.report(resource, `setting ${field}`);
    await persist(run.clock, apply, { passing: isNotYet, limitSeconds: CONSISTENCY_LIMIT });
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
    throw unkept(resource, left, error);
  });
  return true;
}

/** AWS took the change and shows another value: something changes it back, or it never took it. */
function unkept(resource: Resource, left: readonly Difference[], error: unknown): unknown {
  if (!(error instanceof ProvisionFault && error.code === 'timeout')) return error;
  const lines = left.map(({ field, from, to }) => `${field} is ${from}, not ${to}`);
  return new ProvisionFault(
    'timeout',
    `${resource.kind} ${resource.name} does not keep what it is set to: ${lines.join('; ')}. Does somebody else change it?`,
    error,
  );
}
