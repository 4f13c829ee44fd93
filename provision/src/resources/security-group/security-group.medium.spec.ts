import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { resourceSuite } from '../../../test/resource-suite.js';
import { securityGroup } from './security-group.js';

resourceSuite('security group', {
  define: (context) => {
    const front = securityGroup(context, {
      key: 'front',
      description: 'From the world',
      ingress: [{ port: 80, from: '0.0.0.0/0' }],
    });
    return [
      front,
      securityGroup(context, {
        key: 'back',
        description: 'From the front',
        ingress: [
          { port: 8080, from: front },
          { port: 22, from: '192.0.2.1/32' },
        ],
      }),
    ] as const;
  },
  drifts: {
    'a changed Name tag': ({ aws }, { id }) =>
      aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'Name', Value: 'mine' }] })),
    'no egress': ({ aws }, { id, egress }) =>
      aws.ec2.send(
        new RevokeSecurityGroupEgressCommand({
          GroupId: id,
          SecurityGroupRuleIds: egress.map((rule) => rule.id),
        }),
      ),
    'an added egress rule': ({ aws }, { id }) =>
      aws.ec2.send(
        new AuthorizeSecurityGroupEgressCommand({
          GroupId: id,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 25, ToPort: 25, IpRanges: [{ CidrIp: '192.0.2.0/24' }] },
          ],
        }),
      ),
    'an added ingress rule': ({ aws }, { id }) =>
      aws.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: id,
          IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        }),
      ),
    'a removed ingress rule': ({ aws }, { id, ingress }) =>
      aws.ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId: id,
          SecurityGroupRuleIds: [ingress[0]?.id ?? ''],
        }),
      ),
  },
  foreign: ({ aws, network }, name) =>
    aws.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: name, Description: 'Not ours', VpcId: network.vpcId }),
    ),
});
