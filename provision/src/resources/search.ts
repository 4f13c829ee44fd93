import type { Aws } from '../aws/clients.js';
import { KINDS } from '../kinds.js';
import { monthly, type Monthly } from '../prices/prices.js';
import type { Stack } from '../stack.js';

/** Something in the account that belongs to the stack by its tag or its name. */
export interface Leftover {
  kind: string;
  id: string;
  monthly: Monthly;
}

/**
 * Searches every kind of object for what bears the stack's tag or its name, without knowing what was made.
 *
 * @param passOver - ids that the caller knows of
 * @param kinds - names of the kinds to search; all by default
 */
export async function searchLeftovers(
  aws: Aws,
  stack: Stack,
  passOver: ReadonlySet<string> = new Set(),
  kinds: ReadonlySet<string> = new Set(KINDS.map(({ name }) => name)),
): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const { name, search } of KINDS.filter((kind) => kinds.has(kind.name))) {
    for (const { id, costs = [] } of (await search?.(aws, stack)) ?? []) {
      if (id !== undefined && !passOver.has(id)) found.push({ kind: name, id, monthly: monthly(costs) });
    }
  }
  return found;
}
