import { isBlocked, isNotFound } from '../aws/aws-errors.js';
import { ProvisionFault } from '../errors.js';
import type { Resource } from './resource.js';
import { readyLimit, type Run } from './run.js';
import { waitFor } from './wait.js';

/**
 * Deletes one object, if it exists, and waits until it is gone.
 *
 * @returns whether it existed
 * @throws ProvisionFault `timeout` with what blocks the deletion
 */
export async function remove<Found>(resource: Resource<Found>, run: Run): Promise<boolean> {
  const first = await resource.find();
  resource.seen = first;
  if (first === undefined) return false;
  let found: Found = first;
  let asked = false;
  let blocked: string | undefined;
  await waitFor(run.clock, {
    poll: async () => {
      if (!asked && resource.leaving?.(found) !== true) {
        blocked = await destroy(resource, found);
        asked = blocked === undefined;
      }
      resource.seen = await resource.find();
      if (resource.seen === undefined) return true;
      found = resource.seen;
      run.report(resource, blocked ?? 'deleting');
      return undefined;
    },
    what: () =>
      `${resource.kind} ${resource.name} to be deleted${blocked === undefined ? '' : `: ${blocked}`}`,
    limitSeconds: readyLimit(resource),
  });
  return true;
}

/** @returns what blocks the deletion, as text; undefined when AWS accepted the call */
async function destroy<Found>(resource: Resource<Found>, found: Found): Promise<string | undefined> {
  try {
    await resource.destroy(found);
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!isBlocked(error)) throw error;
    const blocker = await resource.blocker?.(found);
    return `blocked by ${blocker ?? (error instanceof Error ? error.message : String(error))}`;
  }
}

/** True for an object that is not ours. Teardown skips it. */
export function isForeign(error: unknown): boolean {
  return error instanceof ProvisionFault && error.code === 'foreign';
}
