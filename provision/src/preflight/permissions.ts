import { GetRoleCommand, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { isAwsError } from '../aws/aws-errors.js';
import type { Connection } from '../connect.js';
import { serviceOf, type Permissions } from '../engine/kind.js';
import type { Stack } from '../stack.js';

export const CHECK_PERMISSIONS: Permissions = {
  making: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'],
  // Its resource is the caller, whom the policy cannot name.
  listing: ['iam:SimulatePrincipalPolicy'],
};

/** Context keys that conditions of policies commonly use. Without them, a simulation denies the action. */
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
 * Asks IAM which of the permissions for creating and deleting a stack the caller lacks.
 *
 * @param parts - everything that needs a permission
 * @returns the missing actions, sorted; undefined if IAM cannot simulate the caller: the root user, a federated user,
 *   or a caller without the permission to ask
 */
export async function findMissingPermissions(
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
        // For services without example ARNs, IAM is asked about any resource.
        const ResourceArns = objects.get(service) ?? ['*'];
        const allowed = new Set<string>();
        const pages = paginateSimulatePrincipalPolicy(
          { client: aws.iam },
          { PolicySourceArn, ActionNames, ResourceArns, ContextEntries: contextOf(stack) },
        );
        for await (const { EvaluationResults = [] } of pages) {
          // An action applies to one kind of object, so being allowed on any of them is enough.
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
  // The caller's ARN omits the path of the role, which roles of single sign-on have.
  const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }));
  return Role?.Arn;
}
