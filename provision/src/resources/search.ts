import { paginateDescribeAlarms, paginateListDashboards } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import {
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  paginateDescribeCacheParameterGroups,
  paginateDescribeCacheSubnetGroups,
  paginateDescribeReplicationGroups,
} from '@aws-sdk/client-elasticache';
import { paginateListInstanceProfiles, paginateListRoles } from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { paginateDescribeParameters } from '@aws-sdk/client-ssm';
import type { Aws } from '../aws/clients.js';
import type { Cost } from '../engine/resource.js';
import { monthly, type Monthly } from '../prices/prices.js';
import { STACK_TAG, namePrefix, type Stack } from '../stack.js';

/** Something in the account that belongs to the stack by its tag or its name. */
export interface Leftover {
  kind: string;
  id: string;
  monthly: Monthly;
}

interface Found {
  id: string | undefined;
  costs?: readonly Cost[];
}

type Search = (aws: Aws, stack: Stack) => Promise<Found[]>;

/** Reads all pages. */
async function all<Page, T>(pages: AsyncIterable<Page>, read: (page: Page) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(read(page) ?? []));
  return found;
}

const byTag = (stack: Stack) => ({ Filters: [{ Name: `tag:${STACK_TAG}`, Values: [stack.name] }] });

/** One for each kind of object that a stack is made of, and for what AWS makes beside them. */
const SEARCHES: Readonly<Record<string, Search>> = {
  'EC2 instance': async ({ ec2 }, stack) => {
    const reservations = await all(
      paginateDescribeInstances({ client: ec2 }, byTag(stack)),
      (page) => page.Reservations,
    );
    return reservations
      .flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== 'terminated')
      .map(({ InstanceId, InstanceType = '' }) => ({
        id: InstanceId,
        costs: [{ item: InstanceType }, { item: 'public-ipv4' }],
      }));
  },
  'EBS volume': async ({ ec2 }, stack) =>
    (await all(paginateDescribeVolumes({ client: ec2 }, byTag(stack)), (page) => page.Volumes)).map(
      ({ VolumeId, Size = 0 }) => ({ id: VolumeId, costs: [{ item: 'ebs-gp3', quantity: Size }] }),
    ),
  'security group': async ({ ec2 }, stack) =>
    (
      await all(paginateDescribeSecurityGroups({ client: ec2 }, byTag(stack)), (page) => page.SecurityGroups)
    ).map(({ GroupId }) => ({ id: GroupId })),
  'network interface': async ({ ec2 }, stack) =>
    (
      await all(
        paginateDescribeNetworkInterfaces({ client: ec2 }, byTag(stack)),
        (page) => page.NetworkInterfaces,
      )
    ).map(({ NetworkInterfaceId }) => ({ id: NetworkInterfaceId })),
  'load balancer': named(({ elasticloadbalancing: client }) =>
    all(paginateDescribeLoadBalancers({ client }, {}), (page) =>
      page.LoadBalancers?.map(({ LoadBalancerName, AvailabilityZones = [] }) => ({
        id: LoadBalancerName,
        costs: [{ item: 'alb' }, { item: 'public-ipv4', quantity: AvailabilityZones.length }],
      })),
    ),
  ),
  'target group': named(({ elasticloadbalancing: client }) =>
    all(paginateDescribeTargetGroups({ client }, {}), (page) =>
      page.TargetGroups?.map(({ TargetGroupName }) => ({ id: TargetGroupName })),
    ),
  ),
  ElastiCache: named(({ elasticache: client }) =>
    all(paginateDescribeReplicationGroups({ client }, {}), (page) =>
      page.ReplicationGroups?.map(({ ReplicationGroupId, CacheNodeType = '' }) => ({
        id: ReplicationGroupId,
        costs: [{ item: CacheNodeType }],
      })),
    ),
  ),
  'cache subnet group': named(({ elasticache: client }) =>
    all(paginateDescribeCacheSubnetGroups({ client }, {}), (page) =>
      page.CacheSubnetGroups?.map(({ CacheSubnetGroupName }) => ({ id: CacheSubnetGroupName })),
    ),
  ),
  'cache parameter group': named(({ elasticache: client }) =>
    all(paginateDescribeCacheParameterGroups({ client }, {}), (page) =>
      page.CacheParameterGroups?.map(({ CacheParameterGroupName }) => ({ id: CacheParameterGroupName })),
    ),
  ),
  'IAM role': named(({ iam: client }) =>
    all(paginateListRoles({ client }, {}), (page) => page.Roles?.map(({ RoleName }) => ({ id: RoleName }))),
  ),
  'instance profile': named(({ iam: client }) =>
    all(paginateListInstanceProfiles({ client }, {}), (page) =>
      page.InstanceProfiles?.map(({ InstanceProfileName }) => ({ id: InstanceProfileName })),
    ),
  ),
  'S3 bucket': named(async ({ s3 }) =>
    ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => ({
      id: Name,
      costs: [{ item: 's3-storage', quantity: 1 }],
    })),
  ),
  secret: named(({ secretsmanager: client }) =>
    all(paginateListSecrets({ client }, {}), (page) =>
      page.SecretList?.map(({ Name }) => ({
        id: Name,
        costs: [{ item: 'secret' }],
      })),
    ),
  ),
  'log group': named(({ logs: client }, logGroupNamePrefix) =>
    all(paginateDescribeLogGroups({ client }, { logGroupNamePrefix }), (page) =>
      page.logGroups?.map(({ logGroupName }) => ({ id: logGroupName })),
    ),
  ),
  alarm: named(({ cloudwatch: client }, AlarmNamePrefix) =>
    all(paginateDescribeAlarms({ client }, { AlarmNamePrefix }), (page) =>
      page.MetricAlarms?.map(({ AlarmName }) => ({ id: AlarmName, costs: [{ item: 'alarm' }] })),
    ),
  ),
  dashboard: named(({ cloudwatch: client }, DashboardNamePrefix) =>
    all(paginateListDashboards({ client }, { DashboardNamePrefix }), (page) =>
      page.DashboardEntries?.map(({ DashboardName }) => ({ id: DashboardName })),
    ),
  ),
  parameter: named(({ ssm: client }) =>
    all(paginateDescribeParameters({ client }, {}), (page) =>
      page.Parameters?.map(({ Name }) => ({ id: Name })),
    ),
  ),
};

/** Keeps the names that begin as this stack's do. */
function named(list: (aws: Aws, prefix: string) => Promise<Found[]>): Search {
  return async (aws, stack) => {
    const prefix = namePrefix(stack);
    return (await list(aws, prefix)).filter(({ id }) => id?.startsWith(prefix) === true);
  };
}

/**
 * Looks through every service for what bears the stack's tag or its name, without knowing what was made.
 *
 * @param passOver - ids that the caller knows of
 * @param kinds - those to look for; all by default
 */
export async function searchLeftovers(
  aws: Aws,
  stack: Stack,
  passOver: ReadonlySet<string> = new Set(),
  kinds: ReadonlySet<string> = new Set(Object.keys(SEARCHES)),
): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const [kind, search] of Object.entries(SEARCHES).filter(([one]) => kinds.has(one))) {
    for (const { id, costs = [] } of await search(aws, stack)) {
      if (id !== undefined && !passOver.has(id)) found.push({ kind, id, monthly: monthly(costs) });
    }
  }
  return found;
}
