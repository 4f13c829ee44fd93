import { ProvisionFault } from '../errors.js';
import { RESOURCE_TAG, STACK_TAG, tagList, tagsOf, type Stack } from '../stack.js';
import { differing } from './differing.js';
import type { Difference } from './resource.js';

/** An object that was found: by its name, or by tags. */
export interface Candidate {
  /** What AWS knows it by: shown to the person who has to decide. */
  id: string;
  tags: Record<string, string>;
}

/** Tells whether these are the tags of one object of the stack. */
function isOurs(stack: Pick<Stack, 'name'>, key: string, tags: Record<string, string>): boolean {
  return tags[STACK_TAG] === stack.name && tags[RESOURCE_TAG] === key;
}

/**
 * Refuses an object that bears our name without our tags.
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
 * The one object there is, of those that were found.
 *
 * @throws ProvisionFault `duplicate` with their ids: which one is meant is never guessed
 */
export function theOnlyOne<T extends { id: string }>(key: string, found: readonly T[]): T | undefined {
  if (found.length <= 1) return found[0];
  throw new ProvisionFault(
    'duplicate',
    `${found.map(({ id }) => id).join(' and ')} are both tagged as this stack's ${key}. ` +
      `Delete the one that is not in use, or take its tag ${RESOURCE_TAG} away, and run this again.`,
  );
}

/**
 * The name that a person sees in the console. The other tags are right, or `assertOurs` has refused the object; tags that
 * somebody added are left alone.
 *
 * @param put - sets tags, and leaves those that it is not given
 */
export function tagDifferences(
  stack: Pick<Stack, 'name'>,
  key: string,
  tags: Record<string, string>,
  put: (tags: { Key: string; Value: string }[]) => Promise<unknown>,
): Difference[] {
  return differing('tag Name', tags['Name'], tagsOf(stack, key)['Name'], () => put(tagList(stack, key)));
}
