import { observe } from './ensure.js';
import { inOrder } from './graph.js';
import { isForeign } from './remove.js';
import type { Resource } from './resource.js';

/** The objects of a stack that exist, in its order. An object that does not belong to the stack counts as absent. */
export async function inventory(resources: readonly Resource[]): Promise<Resource[]> {
  const outcomes = await inOrder(resources, async (resource) => {
    try {
      await observe(resource);
    } catch (error) {
      if (!isForeign(error)) throw error;
      resource.seen = undefined;
    }
  });
  const failed = outcomes.find((outcome) => outcome.state === 'failed');
  if (failed !== undefined) throw failed.error;
  return resources.filter(({ seen }) => seen !== undefined);
}
