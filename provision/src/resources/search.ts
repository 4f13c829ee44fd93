import type { Aws } from '../aws/clients.js';
import { KINDS } from '../kinds.js';
import { monthly, type Monthly } from '../prices/prices.js';
import type { Stack } from '../stack.js';

/** An object in the account that has the stack's tag or a name of the stack. */
export interface Leftover {
  kind: string;
  id: string;
  monthly: Monthly;
}

/**
 * Searches every kind for objects with the stack's tag or a name of the stack. Needs no record of what was created.
 *
 * @param passOver - ids to leave out, because the caller knows them
 * @param kinds - names of the kinds to search. Default: all
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
