import type { Filter } from '@aws-sdk/client-ec2';
import { assertOurs, theOnlyOne, type Candidate } from '../engine/ownership.js';
import { RESOURCE_TAG, STACK_TAG, nameOf, type Stack } from '../stack.js';

/**
 * Finds an object of EC2 that has no name but its tags: by those that say whose it is, and by `Name`, so that one whose
 * tags somebody took away is not taken for absent, and made a second time.
 *
 * @param list - lists those that a filter lets through and that are not gone
 * @throws ProvisionFault `foreign` or `duplicate`
 */
export async function findTagged<T extends Candidate>(
  stack: Stack,
  key: string,
  list: (filters: Filter[]) => Promise<T[]>,
): Promise<T | undefined> {
  const lists = await Promise.all([
    list(tagFilters(stack, key)),
    list([{ Name: 'tag:Name', Values: [nameOf(stack, key)] }]),
  ]);
  const found = [...new Map(lists.flat().map((one) => [one.id, one])).values()];
  for (const one of found) assertOurs(stack, key, one);
  return theOnlyOne(key, found);
}

/** Lets every object of EC2 through that bears the stack's tag. */
export function stackFilter(stack: Stack): Filter[] {
  return [{ Name: `tag:${STACK_TAG}`, Values: [stack.name] }];
}

/** What lets an object of the stack through. */
export function tagFilters(stack: Stack, key: string): Filter[] {
  return [...stackFilter(stack), { Name: `tag:${RESOURCE_TAG}`, Values: [key] }];
}
