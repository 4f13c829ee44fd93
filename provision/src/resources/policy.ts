import { canonical, differing } from '../engine/differing.js';
import type { Difference } from '../engine/resource.js';

/**
 * Compares two policy documents as AWS means them, which gives back another text than it got: the order of statements,
 * actions, resources, principals and values says nothing, and one of them stands for a list of one.
 *
 * @returns the difference, or nothing when both mean the same
 */
export function differingPolicy(
  field: string,
  is: unknown,
  shouldBe: unknown,
  apply: () => Promise<unknown>,
): Difference[] {
  return canonical(meaning(is)) === canonical(meaning(shouldBe)) ? [] : differing(field, is, shouldBe, apply);
}

/** The same for documents that mean the same: every value a sorted list without repeats. */
function meaning(part: unknown, key?: string): unknown {
  // IAM User Guide, Principal: in a policy of a resource both are everybody.
  if (key === 'Principal' && part === '*') return meaning({ AWS: '*' });
  if (isObject(part) && key !== 'Statement') {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, meaning(value, name)]));
  }
  const list = [part].flat().map((one) => (isObject(one) ? meaning(one) : String(one)));
  return [...new Map(list.map((one) => [canonical(one), one]))].toSorted(byText).map(([, one]) => one);
}

const isObject = (part: unknown): part is object =>
  typeof part === 'object' && part !== null && !Array.isArray(part);

const byText = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);
