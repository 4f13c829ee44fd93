import type { Filter } from '@aws-sdk/client-ec2';
import { assertOurs, findSingle, type Candidate } from '../engine/ownership.js';
import { RESOURCE_TAG, STACK_TAG, nameOf, type Stack } from '../stack.js';

/**
 * Finds an EC2 object, which has no name but its tags. It searches by the ownership tags and by `Name`: an object that
 * lost its ownership tags must not count as absent and be created a second time.
 *
 * @param list - lists the existing objects that match a filter
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
  return findSingle(key, found);
}

/** Matches every EC2 object with the stack's tag. */
export function stackFilter(stack: Stack): Filter[] {
  return [{ Name: `tag:${STACK_TAG}`, Values: [stack.name] }];
}

/** Matches one object of the stack. */
export function tagFilters(stack: Stack, key: string): Filter[] {
  return [...stackFilter(stack), { Name: `tag:${RESOURCE_TAG}`, Values: [key] }];
}
