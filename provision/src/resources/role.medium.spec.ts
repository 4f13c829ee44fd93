import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { resourceSuite } from '../../test/resource-suite.js';
import { nameOf } from '../stack.js';
import { hostRole } from './role.js';

const ANYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const ANYONE = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

resourceSuite('role of the host', {
  define: (context) => [hostRole(context)] as const,
  drifts: {
    'a changed Name tag': ({ aws, stack }) =>
      aws.iam.send(
        new TagRoleCommand({ RoleName: nameOf(stack, 'role'), Tags: [{ Key: 'Name', Value: 'mine' }] }),
      ),
    'a wider policy': ({ aws, stack }) =>
      aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: nameOf(stack, 'role'),
          PolicyName: 'host',
          PolicyDocument: ANYTHING,
        }),
      ),
    'a deleted policy': ({ aws, stack }) =>
      aws.iam.send(new DeleteRolePolicyCommand({ RoleName: nameOf(stack, 'role'), PolicyName: 'host' })),
    'an added policy': ({ aws, stack }) =>
      aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: nameOf(stack, 'role'),
          PolicyName: 'more',
          PolicyDocument: ANYTHING,
        }),
      ),
    'an attached policy': async ({ aws, stack }) => {
      const { Policy } = await aws.iam.send(
        new CreatePolicyCommand({ PolicyName: `${stack.name}-more`, PolicyDocument: ANYTHING }),
      );
      await aws.iam.send(
        new AttachRolePolicyCommand({ RoleName: nameOf(stack, 'role'), PolicyArn: Policy?.Arn }),
      );
    },
    'a wider trust policy': ({ aws, stack }) =>
      aws.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: nameOf(stack, 'role'), PolicyDocument: ANYONE }),
      ),
  },
  foreign: ({ aws }, RoleName) =>
    aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ANYONE })),
});
