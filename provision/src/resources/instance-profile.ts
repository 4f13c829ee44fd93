import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  paginateListInstanceProfiles,
} from '@aws-sdk/client-iam';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs, tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Resource } from '../engine/resource.js';
import { nameOf, readTags, tagList } from '../stack.js';
import type { Role } from './role.js';

export interface InstanceProfile {
  arn: string;
  /** An instance profile has at most one role. */
  role: string | undefined;
  tags: Record<string, string>;
}

const KEY = 'profile';

const KIND: Kind = {
  name: 'instance profile',
  making: [
    'iam:AddRoleToInstanceProfile',
    'iam:CreateInstanceProfile',
    'iam:DeleteInstanceProfile',
    'iam:GetInstanceProfile',
    'iam:ListInstanceProfiles',
    // AddRoleToInstanceProfile passes the role.
    'iam:PassRole',
    'iam:RemoveRoleFromInstanceProfile',
    'iam:TagInstanceProfile',
  ],
  listing: ['iam:ListInstanceProfiles'],
  arns: (prefix) => [`arn:aws:iam::*:instance-profile/${prefix}*`],
  examples: (stack) => [`arn:aws:iam::${stack.account}:instance-profile/${nameOf(stack, KEY)}`],
  search: searchByName(({ iam: client }) =>
    readPages(paginateListInstanceProfiles({ client }, {}), (page) =>
      page.InstanceProfiles?.map(({ InstanceProfileName }) => ({ id: InstanceProfileName })),
    ),
  ),
};

/** Gives the host its role. */
export const instanceProfile = defineBlueprint(
  KIND,
  ({ stack, aws: { iam } }: Context, { role }: { role: Resource<Role> }): Resource<InstanceProfile> => {
    const InstanceProfileName = nameOf(stack, KEY);
    const removeRole = (RoleName: string) =>
      iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
    return defineResource<InstanceProfile>({
      key: KEY,
      kind: KIND.name,
      name: InstanceProfileName,
      needs: [role],
      find: async () => {
        const answer = await orAbsent(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })));
        if (answer?.InstanceProfile === undefined) return undefined;
        const { Arn = '', Tags, Roles } = answer.InstanceProfile;
        const tags = readTags(Tags);
        assertOurs(stack, KEY, { id: Arn, tags });
        return { arn: Arn, tags, role: Roles?.[0]?.RoleName };
      },
      create: () =>
        iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: tagList(stack, KEY) })),
      // Remove the old role first: AWS refuses a second one with LimitExceeded, which the SDK retries as throttling.
      differences: (found) => [
        ...differing('role', found.role, role.name, async () => {
          if (found.role !== undefined) await removeRole(found.role);
          await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: role.name }));
        }),
        ...tagDifferences(stack, KEY, found.tags, (Tags) =>
          iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags })),
        ),
      ],
      destroy: async (found) => {
        if (found.role !== undefined) await removeRole(found.role);
        await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
      },
      describe: ({ arn }) => arn,
    });
  },
);
