import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type TargetGroup as AwsTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { differing, differingForGood } from '../engine/differing.js';
import { theOnlyOne } from '../engine/ownership.js';
import { defineResource, type Difference, type Resource } from '../engine/resource.js';
import { HOST_PORT } from '../settings.js';
import { nameOf, tagList } from '../stack.js';
import { assertLoadBalancingOurs } from './load-balancer-tags.js';

export interface TargetGroup {
  id: string;
  port: number | undefined;
  vpcId: string | undefined;
  health: HealthCheck;
  drainSeconds: string | undefined;
}

type HealthCheck = Record<keyof typeof HEALTH_CHECK, unknown>;

const KEY = 'targets';
const DRAIN_ATTRIBUTE = 'deregistration_delay.timeout_seconds';
/** As `stop_grace_period` in docker-compose.yml: what is under way is finished before the host lets go. */
const DRAIN_SECONDS = '40';

/** The host is asked whether it is ready, not whether it is alive: without its database it gets no requests. */
const HEALTH_CHECK = {
  HealthCheckProtocol: 'HTTP',
  HealthCheckPath: '/readyz',
  HealthCheckPort: 'traffic-port',
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
} as const;

/** Where the load balancer sends requests: to the host's nginx. */
export function targetGroup(context: Context): Resource<TargetGroup> {
  const { stack, network } = context;
  const { elasticloadbalancing } = context.aws;
  const name = nameOf(stack, KEY);
  return defineResource<TargetGroup>({
    key: KEY,
    kind: 'target group',
    name,
    find: () => findTargetGroup(context, name),
    create: () =>
      elasticloadbalancing.send(
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: 'HTTP',
          Port: HOST_PORT,
          VpcId: network.vpcId,
          TargetType: 'instance',
          ...HEALTH_CHECK,
          Matcher: { HttpCode: '200' },
          Tags: tagList(stack, KEY),
        }),
      ),
    differences: (found) => differences(context, found),
    destroy: ({ id }) => elasticloadbalancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: id })),
    describe: ({ id }) => id,
  });
}

async function findTargetGroup(context: Context, name: string): Promise<TargetGroup | undefined> {
  const { elasticloadbalancing } = context.aws;
  const answer = await orAbsent(
    elasticloadbalancing.send(new DescribeTargetGroupsCommand({ Names: [name] })),
  );
  const one = theOnlyOne(KEY, (answer?.TargetGroups ?? []).map(facts));
  if (one === undefined) return undefined;
  await assertLoadBalancingOurs(context, KEY, one.id);
  const { Attributes = [] } = await elasticloadbalancing.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: one.id }),
  );
  return { ...one, drainSeconds: Attributes.find(({ Key }) => Key === DRAIN_ATTRIBUTE)?.Value };
}

function facts(group: AwsTargetGroup) {
  return {
    id: group.TargetGroupArn ?? '',
    port: group.Port,
    vpcId: group.VpcId,
    health: Object.fromEntries(
      Object.keys(HEALTH_CHECK).map((key) => [key, group[key as keyof HealthCheck]]),
    ) as HealthCheck,
  };
}

function differences({ aws, network }: Context, found: TargetGroup): Difference[] {
  const TargetGroupArn = found.id;
  return [
    ...differingForGood('port', found.port, HOST_PORT),
    ...differingForGood('VPC', found.vpcId, network.vpcId),
    ...differing('health check', found.health, HEALTH_CHECK, () =>
      aws.elasticloadbalancing.send(new ModifyTargetGroupCommand({ TargetGroupArn, ...HEALTH_CHECK })),
    ),
    ...differing('drain seconds', found.drainSeconds, DRAIN_SECONDS, () =>
      aws.elasticloadbalancing.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn,
          Attributes: [{ Key: DRAIN_ATTRIBUTE, Value: DRAIN_SECONDS }],
        }),
      ),
    ),
  ];
}
