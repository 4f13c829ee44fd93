import { ProvisionFault } from '../errors.js';
import { RESOURCE_TAG, STACK_TAG, tagList, tagsOf, type Stack } from '../stack.js';
import { differing } from './differing.js';
import type { Difference } from './resource.js';

/** An object that was found by name or by tags. */
export interface Candidate {
  /** The id in AWS, shown to the person who has to decide. */
  id: string;
  tags: Record<string, string>;
}

/** True for the tags of the stack's object `key`. */
function isOurs(stack: Pick<Stack, 'name'>, key: string, tags: Record<string, string>): boolean {
  return tags[STACK_TAG] === stack.name && tags[RESOURCE_TAG] === key;
}

/**
 * Refuses an object that has our name without our tags.
 *
 * @throws ProvisionFault `foreign` with its id and what to do
 */
export function assertOurs(stack: Pick<Stack, 'name'>, key: string, { id, tags }: Candidate): void {
  if (isOurs(stack, key, tags)) return;
  throw new ProvisionFault(
    'foreign',
    `${id} has the name of this stack's ${key} but not its tags, so it is left alone. ` +
      `Delete or rename it, choose another --stack, or, if it is Darkroom's, give it the tags ` +
      `${STACK_TAG}=${stack.name} and ${RESOURCE_TAG}=${key}.`,
  );
}

/**
 * Returns the only object that was found, if any.
 *
 * @throws ProvisionFault `duplicate` with the ids of several; it does not guess which one is meant
 */
export function findSingle<T extends { id: string }>(key: string, found: readonly T[]): T | undefined {
  if (found.length <= 1) return found[0];
  throw new ProvisionFault(
    'duplicate',
    `${found.map(({ id }) => id).join(' and ')} are both tagged as this stack's ${key}. ` +
      `Delete the one that is not in use, or remove its tag ${RESOURCE_TAG}, and run the command again.`,
  );
}

/**
 * Compares the tag `Name`, which the console shows. The other tags are right, or `assertOurs` would have refused the
 * object. Tags that someone added are left alone.
 *
 * @param put - sets these tags and keeps all others
 */
export function tagDifferences(
  stack: Pick<Stack, 'name'>,
  key: string,
  tags: Record<string, string>,
  put: (tags: { Key: string; Value: string }[]) => Promise<unknown>,
): Difference[] {
  return differing('tag Name', tags['Name'], tagsOf(stack, key)['Name'], () => put(tagList(stack, key)));
}
