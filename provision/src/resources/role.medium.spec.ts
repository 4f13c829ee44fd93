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
const ANYBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

resourceSuite('role of the host', {
  define: (context) => [hostRole(context)] as const,
  drifts: {
    'another name': ({ aws, stack }) =>
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
    'no policy': ({ aws, stack }) =>
      aws.iam.send(new DeleteRolePolicyCommand({ RoleName: nameOf(stack, 'role'), PolicyName: 'host' })),
    'another policy beside it': ({ aws, stack }) =>
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
    'others who may take the role': ({ aws, stack }) =>
      aws.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: nameOf(stack, 'role'), PolicyDocument: ANYBODY }),
      ),
  },
  foreign: ({ aws }, RoleName) =>
    aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ANYBODY })),
});
