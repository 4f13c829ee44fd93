import { canonical, differing } from '../engine/differing.js';
import type { Difference } from '../engine/resource.js';

/**
 * Compares the meaning of two policy documents, because AWS returns a different text than it got. The order of
 * statements, actions, resources, principals and values does not count, and a single value equals a list of one.
 *
 * @returns the difference; empty when both mean the same
 */
export function differingPolicy(
  field: string,
  is: unknown,
  shouldBe: unknown,
  apply: () => Promise<unknown>,
): Difference[] {
  return canonical(normalize(is)) === canonical(normalize(shouldBe))
    ? []
    : differing(field, is, shouldBe, apply);
}

/** Returns the same value for documents that mean the same: each value becomes a sorted list without repeats. */
function normalize(part: unknown, key?: string): unknown {
  // IAM User Guide, Principal: in a resource policy both mean everyone.
  if (key === 'Principal' && part === '*') return normalize({ AWS: '*' });
  if (isObject(part) && key !== 'Statement') {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, normalize(value, name)]));
  }
  const list = [part].flat().map((one) => (isObject(one) ? normalize(one) : String(one)));
  return [...new Map(list.map((one) => [canonical(one), one]))].toSorted(byText).map(([, one]) => one);
}

const isObject = (part: unknown): part is object =>
  typeof part === 'object' && part !== null && !Array.isArray(part);

const byText = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);
