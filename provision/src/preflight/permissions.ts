import { GetRoleCommand, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { isAwsError } from '../aws/aws-errors.js';
import type { Connection } from '../commands/connect.js';
import { INDIRECT, MAKING } from '../operator-policy.js';
import { bucketName } from '../resources/bucket/bucket-name.js';
import { nameOf, type Stack } from '../stack.js';

/** What the stack's objects are called where a policy may be limited to them; all else is asked for in general. */
const OBJECTS: Readonly<Record<string, (stack: Stack) => string[]>> = {
  iam: (stack) =>
    [`role/${nameOf(stack, 'role')}`, `instance-profile/${nameOf(stack, 'profile')}`].map(
      (name) => `arn:aws:iam::${stack.account}:${name}`,
    ),
  s3: (stack) => [
    `arn:aws:s3:::${bucketName(stack)}`,
    `arn:aws:s3:::${bucketName(stack)}/releases/current.json`,
  ],
  secretsmanager: (stack) => [inRegion('secretsmanager', stack, `secret:${nameOf(stack, 'secrets')}-AbCdEf`)],
  logs: (stack) => [inRegion('logs', stack, `log-group:${nameOf(stack, 'logapi')}`)],
};

const inRegion = (service: string, { region, account }: Stack, rest: string) =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

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
 * Asks IAM which of the actions that making and removing a stack takes the caller lacks.
 *
 * @returns the actions, sorted; undefined for a caller that IAM cannot tell about: the root user, a federated one, or one
 *   that may not ask
 */
export async function missingPermissions(connection: Connection): Promise<string[] | undefined> {
  const { aws, stack } = connection;
  try {
    const PolicySourceArn = await policySource(connection);
    if (PolicySourceArn === undefined) return undefined;
    const missing = await Promise.all(
      Object.entries(MAKING).map(async ([service, operations]) => {
        const actions = [...operations, ...(INDIRECT[service] ?? [])];
        const ActionNames = actions.map((operation) => `${service}:${operation}`);
        const ResourceArns = OBJECTS[service]?.(stack) ?? ['*'];
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
