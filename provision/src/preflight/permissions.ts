import { GetRoleCommand, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { isAwsError } from '../aws/aws-errors.js';
import type { Connection } from '../connect.js';
import { serviceOf, type Permissions } from '../engine/kind.js';
import type { Stack } from '../stack.js';

export const CHECK_PERMISSIONS: Permissions = {
  making: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
  // It is about the caller, whom the policy cannot name.
  listing: ['iam:SimulatePrincipalPolicy'],
};

/** What conditions of a policy commonly ask for; without it a simulation refuses. */
const contextOf = ({ region }: Stack) => [
  { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string' as const, ContextKeyValues: [region] },
  { ContextKeyName: 'aws:SecureTransport', ContextKeyType: 'boolean' as const, ContextKeyValues: ['true'] },
  {
    ContextKeyName: 'iam:PassedToService',
    ContextKeyType: 'string' as const,
    ContextKeyValues: ['ec2.amazonaws.com'],
  },
];

/**
 * Asks IAM which of the actions that make and remove a stack the caller lacks.
 *
 * @param parts - all that asks for a permission
 * @returns the actions, sorted; undefined for a caller that IAM cannot tell about: the root user, a federated one, or one
 *   that may not ask
 */
export async function missingPermissions(
  connection: Connection,
  parts: readonly Permissions[],
): Promise<string[] | undefined> {
  const { aws, stack } = connection;
  try {
    const PolicySourceArn = await policySource(connection);
    if (PolicySourceArn === undefined) return undefined;
    const asked = new Set(parts.flatMap(({ making = [], indirect = [] }) => [...making, ...indirect]));
    const objects = Map.groupBy(
      parts.flatMap(({ examples }) => examples?.(stack) ?? []),
      serviceOf,
    );
    const missing = await Promise.all(
      [...Map.groupBy(asked, serviceOf)].map(async ([service, ActionNames]) => {
        // Actions that a policy cannot limit to objects are asked for in general.
        const ResourceArns = objects.get(service) ?? ['*'];
        const allowed = new Set<string>();
        const pages = paginateSimulatePrincipalPolicy(
          { client: aws.iam },
          { PolicySourceArn, ActionNames, ResourceArns, ContextEntries: contextOf(stack) },
        );
        for await (const { EvaluationResults = [] } of pages) {
          // An action fits one kind of object: allowed on any of them is allowed.
          for (const { EvalActionName = '', EvalDecision } of EvaluationResults) {
            if (EvalDecision === 'allowed') allowed.add(EvalActionName);
          }
        }
        return ActionNames.filter((action) => !allowed.has(action));
      }),
    );
    return missing.flat().toSorted();
  } catch (error) {
    if (isAwsError(error)) return undefined;
    throw error;
  }
}

/** The user or role whose policies apply to the caller. */
async function policySource({ aws, caller }: Connection): Promise<string | undefined> {
  if (/:user\//.test(caller)) return caller.replace(':sts:', ':iam:');
  const RoleName = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  if (RoleName === undefined) return undefined;
  // Of a role with a path, as those of single sign-on, the caller's own ARN leaves the path out.
  const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }));
  return Role?.Arn;
}
