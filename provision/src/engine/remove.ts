import { isBlocked, isNotFound } from '../aws/aws-errors.js';
import { ProvisionFault } from '../errors.js';
import type { Resource } from './resource.js';
import { readyLimit, type Run } from './run.js';
import { waitFor } from './wait.js';

/**
 * Deletes one object and waits until it is gone. What is not there is done already.
 *
 * @returns whether there was something to delete
 * @throws ProvisionFault `timeout` naming what keeps it
 */
export async function remove<Found>(resource: Resource<Found>, run: Run): Promise<boolean> {
  const first = await resource.find();
  resource.seen = first;
  if (first === undefined) return false;
  let found: Found = first;
  let asked = false;
  let words = 'to be gone';
  await waitFor(run.clock, {
    poll: async () => {
      if (!asked && resource.leaving?.(found) !== true) {
        const blocked = await destroy(resource, found);
        asked = blocked === undefined;
        words = blocked ?? words;
      }
      resource.seen = await resource.find();
      if (resource.seen === undefined) return true;
      found = resource.seen;
      run.report(resource, asked ? 'being deleted' : words);
      return undefined;
    },
    what: () => `${resource.kind} ${resource.name} ${words}`,
    limitSeconds: readyLimit(resource),
  });
  return true;
}

/** @returns what is in the way, in words; undefined when AWS has taken the call */
async function destroy<Found>(resource: Resource<Found>, found: Found): Promise<string | undefined> {
  try {
    await resource.destroy(found);
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!isBlocked(error)) throw error;
    const blocker = await resource.blocker?.(found);
    return `kept by ${blocker ?? (error instanceof Error ? error.message : String(error))}`;
  }
}

/** True for an object that is not ours: teardown goes past it. */
export function isForeign(error: unknown): boolean {
  return error instanceof ProvisionFault && error.code === 'foreign';
}
