import { NETWORK_PERMISSIONS } from './aws/network.js';
import { serviceOf, type Action, type Permissions } from './engine/kind.js';
import { LOCK_PERMISSIONS } from './engine/lock.js';
import { KINDS } from './kinds.js';
import { CHECK_PERMISSIONS } from './preflight/permissions.js';
import { QUOTA_PERMISSIONS } from './preflight/quotas.js';
import { namePrefix } from './stack.js';

/** Calls of the commands themselves. */
const COMMAND_PERMISSIONS: Permissions = {
  making: ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 'sts:GetCallerIdentity'],
};

/** Everything that needs a permission: each kind of object, and the other steps of a run. */
export const PERMISSIONS: readonly Permissions[] = [
  ...KINDS,
  COMMAND_PERMISSIONS,
  NETWORK_PERMISSIONS,
  LOCK_PERMISSIONS,
  CHECK_PERMISSIONS,
  QUOTA_PERMISSIONS,
];

const all = (read: (part: Permissions) => readonly Action[] | undefined) =>
  [...new Set(PERMISSIONS.flatMap((part) => read(part) ?? []))].toSorted();

/** Calls that create and delete a stack. A test compares them with the recorded calls, both ways. */
export const MAKING: readonly Action[] = all(({ making }) => making);

/** Permissions that AWS checks during other calls; the code never calls them. */
export const INDIRECT: readonly Action[] = all(({ indirect }) => indirect);

const ALLOWED = all(({ making = [], repairing = [], indirect = [] }) => [
  ...making,
  ...repairing,
  ...indirect,
]);
const LISTING: ReadonlySet<string> = new Set(all(({ listing }) => listing));

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: readonly string[];
}

/**
 * Creates the least-privilege policy for creating, reading and deleting a stack.
 *
 * @param stack - name of the stack; the policy fits every account and region
 */
export function operatorPolicy(stack: string): { Version: string; Statement: Statement[] } {
  const arns = new Set(PERMISSIONS.flatMap((part) => part.arns?.(namePrefix({ name: stack })) ?? []));
  const scopes = Map.groupBy([...arns].toSorted(), serviceOf);
  const isScoped = (action: string) => scopes.has(serviceOf(action)) && !LISTING.has(action);
  const statements = [...scopes].map(([service, Resource]): Statement => {
    const Action = ALLOWED.filter((action) => serviceOf(action) === service && isScoped(action));
    return { Sid: service, Effect: 'Allow', Action, Resource };
  });
  const rest = ALLOWED.filter((action) => !isScoped(action));
  return {
    Version: '2012-10-17',
    Statement: [...statements, { Sid: 'rest', Effect: 'Allow', Action: rest, Resource: ['*'] }],
  };
}
