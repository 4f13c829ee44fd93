import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs, tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Difference, type Resource } from '../engine/resource.js';
import { nameOf, readTags, tagList } from '../stack.js';
import { hostPolicy } from './host/host-policy.js';
import { differingPolicy } from './policy.js';

export interface Role {
  arn: string;
  trust: unknown;
  /** The role's inline policies, by name. */
  inline: Record<string, unknown>;
  /** ARNs of the attached policies. */
  attached: string[];
  tags: Record<string, string>;
}

const KEY = 'role';
const INLINE = 'host';

const KIND: Kind = {
  name: 'IAM role',
  making: [
    'iam:CreateRole',
    'iam:DeleteRole',
    'iam:DeleteRolePolicy',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:ListRoles',
    'iam:PutRolePolicy',
    'iam:TagRole',
  ],
  repairing: ['iam:DetachRolePolicy', 'iam:UpdateAssumeRolePolicy'],
  listing: ['iam:ListRoles'],
  arns: (prefix) => [`arn:aws:iam::*:role/${prefix}*`],
  examples: (stack) => [`arn:aws:iam::${stack.account}:role/${nameOf(stack, KEY)}`],
  search: searchByName(({ iam: client }) =>
    readPages(paginateListRoles({ client }, {}), (page) =>
      page.Roles?.map(({ RoleName }) => ({ id: RoleName })),
    ),
  ),
};

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** The role of the host: the bucket, secret and log groups of its stack, and Session Manager. */
export const hostRole = defineBlueprint(KIND, (context: Context): Resource<Role> => {
  const { stack, aws } = context;
  const RoleName = nameOf(stack, KEY);
  return defineResource<Role>({
    key: KEY,
    kind: KIND.name,
    name: RoleName,
    find: () => findRole(context),
    create: () =>
      aws.iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: JSON.stringify(TRUST),
          Tags: tagList(stack, KEY),
        }),
      ),
    differences: (found) => [
      ...policyDifferences(context, found),
      ...attachmentDifferences(context, found),
      ...tagDifferences(stack, KEY, found.tags, (Tags) =>
        aws.iam.send(new TagRoleCommand({ RoleName, Tags })),
      ),
    ],
    destroy: (found) => destroyRole(context, found),
    describe: ({ arn }) => arn,
  });
});

async function findRole({ stack, aws: { iam } }: Context): Promise<Role | undefined> {
  const RoleName = nameOf(stack, KEY);
  const answer = await orAbsent(iam.send(new GetRoleCommand({ RoleName })));
  if (answer?.Role === undefined) return undefined;
  const { Arn = '', Tags, AssumeRolePolicyDocument } = answer.Role;
  const tags = readTags(Tags);
  assertOurs(stack, KEY, { id: Arn, tags });
  const [{ PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new ListRolePoliciesCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const inline = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, parsePolicy(PolicyDocument)] as const;
    }),
  );
  return {
    arn: Arn,
    tags,
    trust: parsePolicy(AssumeRolePolicyDocument),
    inline: Object.fromEntries(inline),
    attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn),
  };
}

/** IAM returns policies percent-encoded. */
function parsePolicy(text = 'null'): unknown {
  return JSON.parse(decodeURIComponent(text));
}

function policyDifferences({ stack, aws: { iam } }: Context, { trust, inline }: Role): Difference[] {
  const RoleName = nameOf(stack, KEY);
  const policy = hostPolicy(stack);
  const others = Object.keys(inline).filter((name) => name !== INLINE);
  return [
    ...differingPolicy('trust policy', trust, TRUST, () =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(TRUST) })),
    ),
    ...differingPolicy('policy', inline[INLINE], policy, () =>
      iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: INLINE, PolicyDocument: JSON.stringify(policy) }),
      ),
    ),
    ...others.flatMap((PolicyName) =>
      differing(`policy ${PolicyName}`, inline[PolicyName], undefined, () =>
        iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      ),
    ),
  ];
}

function attachmentDifferences({ stack, aws: { iam } }: Context, { attached }: Role): Difference[] {
  const RoleName = nameOf(stack, KEY);
  return attached.flatMap((PolicyArn) =>
    differing('attached policy', PolicyArn, undefined, () =>
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    ),
  );
}

async function destroyRole({ stack, aws: { iam } }: Context, { inline, attached }: Role): Promise<void> {
  const RoleName = nameOf(stack, KEY);
  for (const PolicyArn of attached) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const PolicyName of Object.keys(inline)) {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
