import type { Cost, Resource } from './resource.js';
import { observe } from './ensure.js';
import { inOrder } from './graph.js';

export type Action = 'create' | 'change' | 'replace' | 'delete' | 'same';

/** What a run would do to one object. */
export interface PlanRow {
  key: string;
  kind: string;
  name: string;
  action: Action;
  /** The object as it is now; absent if it does not exist. */
  now?: string;
  changes: { field: string; from: string; to: string }[];
  costs: readonly Cost[];
}

/**
 * Looks at every object. It only reads.
 *
 * @returns a row for each object that is wanted or exists, in the order of the profile
 * @throws the first failure: it does not guess unknown state
 */
export async function plan(resources: readonly Resource[]): Promise<PlanRow[]> {
  const outcomes = await inOrder(resources, observe);
  const failed = outcomes.find((outcome) => outcome.state === 'failed');
  if (failed !== undefined) throw failed.error;
  return resources.filter(({ wanted, seen }) => wanted || seen !== undefined).map(row);
}

function row(resource: Resource): PlanRow {
  const { key, kind, name, costs, seen, wanted } = resource;
  const fixed = { key, kind, name, costs };
  if (seen === undefined) return { ...fixed, action: 'create', changes: [] };
  const now = resource.describe(seen);
  if (!wanted) return { ...fixed, now, action: 'delete', changes: [] };
  const differences = resource.differences(seen);
  const changes = differences.map(({ field, from, to }) => ({ field, from, to }));
  const replaced = resource.leaving?.(seen) === true || differences.some(({ replaces }) => replaces === true);
  const action = replaced ? 'replace' : changes.length > 0 ? 'change' : 'same';
  return { ...fixed, now, action, changes };
}

/** True when a run would change anything. */
export function isChange(rows: readonly PlanRow[]): boolean {
  return rows.some(({ action }) => action !== 'same');
}
