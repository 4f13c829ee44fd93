import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { resourceSuite } from '../../../test/resource-suite.js';
import type { Context } from '../../context.js';
import { httpListener } from './listener.js';
import { loadBalancer } from './load-balancer.js';
import { secrets } from '../secret.js';
import { securityGroup } from '../security-group/security-group.js';
import { dataVolume } from '../volume.js';
import { targetGroup } from './target-group.js';

const rename = ({ aws }: Context, { id }: { id: string }) =>
  aws.elasticloadbalancing.send(
    new AddTagsCommand({ ResourceArns: [id], Tags: [{ Key: 'Name', Value: 'mine' }] }),
  );
const subnets = ({ network }: Context) => network.subnets.map(({ id }) => id);

function withGroup(context: Context) {
  const balancerGroup = securityGroup(context, { key: 'front', description: 'From the world', ingress: [] });
  // The volume only sets the host's zone. Until it exists, any zone will do.
  const volume = dataVolume(context, { secret: secrets(context) });
  return [balancerGroup, loadBalancer(context, { balancerGroup, volume })] as const;
}

resourceSuite('load balancer', {
  define: withGroup,
  drifts: {
    'a changed Name tag': rename,
    'deletion protection': ({ aws }, { id }) =>
      aws.elasticloadbalancing.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: id,
          Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
        }),
      ),
    'changed subnets': (context, { id }) =>
      context.aws.elasticloadbalancing.send(
        new SetSubnetsCommand({ LoadBalancerArn: id, Subnets: subnets(context) }),
      ),
    'another security group': async ({ aws, network, stack }, { id }) => {
      const { GroupId = '' } = await aws.ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: `${stack.name}-other`,
          Description: 'Not ours',
          VpcId: network.vpcId,
        }),
      );
      await aws.elasticloadbalancing.send(
        new SetSecurityGroupsCommand({ LoadBalancerArn: id, SecurityGroups: [GroupId] }),
      );
    },
  },
  foreign: (context, Name) =>
    context.aws.elasticloadbalancing.send(
      new CreateLoadBalancerCommand({ Name, Subnets: subnets(context).slice(0, 2) }),
    ),
});

resourceSuite('target group', {
  define: (context) => [targetGroup(context)] as const,
  drifts: {
    'a changed Name tag': rename,
    'a changed health check': ({ aws }, { id }) =>
      aws.elasticloadbalancing.send(
        new ModifyTargetGroupCommand({
          TargetGroupArn: id,
          HealthCheckPath: '/',
          UnhealthyThresholdCount: 9,
        }),
      ),
    'a health check that accepts errors': ({ aws }, { id }) =>
      aws.elasticloadbalancing.send(
        new ModifyTargetGroupCommand({ TargetGroupArn: id, Matcher: { HttpCode: '200-499' } }),
      ),
    'a changed deregistration delay': ({ aws }, { id }) =>
      aws.elasticloadbalancing.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn: id,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }],
        }),
      ),
  },
  foreign: ({ aws, network }, Name) =>
    aws.elasticloadbalancing.send(
      new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: network.vpcId }),
    ),
});

resourceSuite('listener', {
  define: (context) => {
    const [group, balancer] = withGroup(context);
    const targets = targetGroup(context);
    const listener = httpListener(context, { loadBalancer: balancer, targetGroup: targets });
    return [group, balancer, targets, listener] as const;
  },
  drifts: {
    'a changed Name tag': rename,
    'a changed action': ({ aws }, { id }) =>
      aws.elasticloadbalancing.send(
        new ModifyListenerCommand({
          ListenerArn: id,
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
        }),
      ),
  },
  foreign: async ({ aws }, name) => {
    const LoadBalancerArn = await arnOf(aws, name.replace(/-http$/, '-alb'));
    await aws.elasticloadbalancing.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
      }),
    );
  },
});

async function arnOf({ elasticloadbalancing }: Context['aws'], name: string): Promise<string | undefined> {
  const { LoadBalancers = [] } = await elasticloadbalancing.send(
    new DescribeLoadBalancersCommand({ Names: [name] }),
  );
  return LoadBalancers[0]?.LoadBalancerArn;
}
