import {
  CreateInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { resourceSuite } from '../../test/resource-suite.js';
import { nameOf } from '../stack.js';
import { instanceProfile } from './instance-profile.js';
import { hostRole } from './role.js';

resourceSuite('instance profile', {
  define: (context) => {
    const role = hostRole(context);
    return [role, instanceProfile(context, { role })] as const;
  },
  drifts: {
    'a changed Name tag': ({ aws, stack }) =>
      aws.iam.send(
        new TagInstanceProfileCommand({
          InstanceProfileName: nameOf(stack, 'profile'),
          Tags: [{ Key: 'Name', Value: 'mine' }],
        }),
      ),
    'a removed role': ({ aws, stack }) =>
      aws.iam.send(
        new RemoveRoleFromInstanceProfileCommand({
          InstanceProfileName: nameOf(stack, 'profile'),
          RoleName: nameOf(stack, 'role'),
        }),
      ),
  },
  foreign: ({ aws }, InstanceProfileName) =>
    aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName })),
});
