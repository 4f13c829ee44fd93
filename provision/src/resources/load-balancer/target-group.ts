import {
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  paginateDescribeTargetGroups,
  type TargetGroup as AwsTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing, differingForGood } from '../../engine/differing.js';
import { readPages, searchByName, type Kind } from '../../engine/kind.js';
import { findSingle } from '../../engine/ownership.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, type Difference, type Resource } from '../../engine/resource.js';
import { HOST_PORT } from '../../settings.js';
import { STACK_TAG, nameOf, readTags, tagList } from '../../stack.js';
import { assertLoadBalancingOurs, loadBalancingTagDifferences } from './load-balancer-tags.js';

export interface TargetGroup {
  id: string;
  port: number | undefined;
  vpcId: string | undefined;
  health: HealthCheck;
  drainSeconds: string | undefined;
  /** ARNs of the load balancers that send requests to it. */
  balancers: string[];
  tags: Record<string, string>;
}

type HealthCheck = Record<keyof typeof HEALTH_CHECK, unknown>;

const KEY = 'targets';
const DRAIN_ATTRIBUTE = 'deregistration_delay.timeout_seconds';
/** The same as `stop_grace_period` in docker-compose.yml: requests in flight finish before the host is deregistered. */
const DRAIN_SECONDS = '40';

/** Checks readiness, not liveness: a host without its database gets no requests. */
const HEALTH_CHECK = {
  HealthCheckProtocol: 'HTTP',
  HealthCheckPath: '/readyz',
  HealthCheckPort: 'traffic-port',
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
  Matcher: { HttpCode: '200' },
} as const;

const KIND: Kind = {
  name: 'target group',
  making: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateTargetGroup',
    'elasticloadbalancing:DeleteListener',
    'elasticloadbalancing:DeleteTargetGroup',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:ModifyTargetGroupAttributes',
  ],
  repairing: ['elasticloadbalancing:ModifyTargetGroup'],
  search: searchByName(({ elasticloadbalancing: client }) =>
    readPages(paginateDescribeTargetGroups({ client }, {}), (page) =>
      page.TargetGroups?.map(({ TargetGroupName }) => ({ id: TargetGroupName })),
    ),
  ),
};

/** The target of the load balancer: the host's nginx. */
export const targetGroup = defineBlueprint(KIND, (context: Context): Resource<TargetGroup> => {
  const { stack, network } = context;
  const { elasticloadbalancing } = context.aws;
  const name = nameOf(stack, KEY);
  return defineResource<TargetGroup>({
    key: KEY,
    kind: KIND.name,
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
          Tags: tagList(stack, KEY),
        }),
      ),
    differences: (found) => differences(context, found),
    destroy: async (found) => {
      await deleteListenersTo(context, found);
      await elasticloadbalancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: found.id }));
    },
    describe: ({ id }) => id,
  });
});

async function findTargetGroup(context: Context, name: string): Promise<TargetGroup | undefined> {
  const { elasticloadbalancing } = context.aws;
  const answer = await orAbsent(
    elasticloadbalancing.send(new DescribeTargetGroupsCommand({ Names: [name] })),
  );
  const one = findSingle(KEY, (answer?.TargetGroups ?? []).map(parseTargetGroup));
  if (one === undefined) return undefined;
  const tags = await assertLoadBalancingOurs(context, KEY, one.id);
  const { Attributes = [] } = await elasticloadbalancing.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: one.id }),
  );
  return { ...one, tags, drainSeconds: Attributes.find(({ Key }) => Key === DRAIN_ATTRIBUTE)?.Value };
}

/**
 * Deletes the stack's listeners that forward to a group: AWS does not delete a group in use. A replaced group gets new
 * listeners. A foreign listener stays, and AWS then refuses to delete the group.
 */
async function deleteListenersTo({ aws, stack }: Context, { id, balancers }: TargetGroup): Promise<void> {
  const { elasticloadbalancing } = aws;
  for (const LoadBalancerArn of balancers) {
    // Load balancer and listeners may be deleted at the same time.
    const call = elasticloadbalancing.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const forwarding = ((await orAbsent(call))?.Listeners ?? []).filter(({ DefaultActions = [] }) =>
      DefaultActions.some(({ TargetGroupArn }) => TargetGroupArn === id),
    );
    for (const { ListenerArn = '' } of forwarding) {
      const tags = await orAbsent(
        elasticloadbalancing.send(new DescribeTagsCommand({ ResourceArns: [ListenerArn] })),
      );
      if (readTags(tags?.TagDescriptions?.[0]?.Tags)[STACK_TAG] !== stack.name) continue;
      await orAbsent(elasticloadbalancing.send(new DeleteListenerCommand({ ListenerArn })));
    }
  }
}

function parseTargetGroup(group: AwsTargetGroup) {
  return {
    id: group.TargetGroupArn ?? '',
    port: group.Port,
    vpcId: group.VpcId,
    balancers: group.LoadBalancerArns ?? [],
    health: Object.fromEntries(
      Object.keys(HEALTH_CHECK).map((key) => [key, group[key as keyof HealthCheck]]),
    ) as HealthCheck,
  };
}

function differences(context: Context, found: TargetGroup): Difference[] {
  const { aws, network } = context;
  const TargetGroupArn = found.id;
  return [
    ...loadBalancingTagDifferences(context, KEY, found),
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
