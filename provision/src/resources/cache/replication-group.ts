import {
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ModifyReplicationGroupCommand,
  paginateDescribeCacheClusters,
  paginateDescribeReplicationGroups,
  type CacheCluster,
  type ReplicationGroup as AwsReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { isBlocked, orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing, differingForGood } from '../../engine/differing.js';
import { SERVICE_ROLES, readPages, searchByName, type Kind } from '../../engine/kind.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, getSeen, type Difference, type Resource } from '../../engine/resource.js';
import { ProvisionFault } from '../../errors.js';
import { REDIS_PORT } from '../../settings.js';
import { nameOf, tagList } from '../../stack.js';
import { readSecrets, type Secret } from '../secret.js';
import type { SecurityGroup } from '../security-group/security-group.js';
import type { CacheParameterGroup } from './cache-parameter-group.js';
import type { CacheSubnetGroup } from './cache-subnet-group.js';
import { assertCacheOurs, cacheTagDifferences, type CacheTags } from './cache-tags.js';

export interface ReplicationGroup extends CacheTags {
  /** In AWS's words: `creating`, `available`, `modifying`, `deleting`, `create-failed` … */
  status: string;
  /** Host name; undefined until the group is available. */
  address: string | undefined;
  nodeType: string | undefined;
  tls: boolean;
  auth: boolean;
  snapshotDays: number;
  /** Settings of its only member; undefined until AWS shows them. */
  member: { parameterGroup: string | undefined; securityGroups: string[] } | undefined;
}

export interface ReplicationGroupNeeds {
  redisGroup: Resource<SecurityGroup>;
  redisSubnets: Resource<CacheSubnetGroup>;
  redisParameters: Resource<CacheParameterGroup>;
  secret: Resource<Secret>;
}

const KEY = 'redis';

const KIND: Kind = {
  name: 'ElastiCache',
  making: [
    'elasticache:AddTagsToResource',
    'elasticache:CreateReplicationGroup',
    'elasticache:DeleteReplicationGroup',
    'elasticache:DescribeCacheClusters',
    'elasticache:DescribeReplicationGroups',
    'elasticache:ListTagsForResource',
  ],
  repairing: [
    'elasticache:ModifyReplicationGroup',
    // The Service Authorization Reference lists these as dependent actions of creating, changing and deleting a group.
    // If the account has ElastiCache's service-linked role, that role creates and deletes the network interfaces.
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    // Creates that role, the first time an account uses ElastiCache.
    'iam:CreateServiceLinkedRole',
  ],
  arns: () => [SERVICE_ROLES],
  search: searchByName(({ elasticache: client }) =>
    readPages(paginateDescribeReplicationGroups({ client }, {}), (page) =>
      page.ReplicationGroups?.map(({ ReplicationGroupId, CacheNodeType = '' }) => ({
        id: ReplicationGroupId,
        costs: [{ item: CacheNodeType }],
      })),
    ),
  ),
};

/** The broker: Valkey on one node, with TLS and an auth token. Only replication groups support both. */
export const replicationGroup = defineBlueprint(
  KIND,
  (context: Context, needs: ReplicationGroupNeeds): Resource<ReplicationGroup> => {
    const { stack, settings, aws } = context;
    const name = nameOf(stack, KEY);
    return defineResource<ReplicationGroup>({
      key: KEY,
      kind: `${KIND.name} (Valkey, TLS, auth token)`,
      name,
      needs: [needs.redisGroup, needs.redisSubnets, needs.redisParameters, needs.secret],
      costs: [{ item: settings.cacheType }],
      quota: {
        ServiceCode: 'elasticache',
        QuotaCode: 'L-DFE45DF3',
        name: 'ElastiCache nodes per Region',
        used: () => countNodes(context),
        needed: () => Promise.resolve(1),
      },
      typicalSeconds: 420,
      find: () => findGroup(context, name),
      create: () => create(context, name, needs),
      differences: (found) => differences(context, name, needs, found),
      pending: ({ status }) => {
        if (status === 'create-failed') {
          throw new ProvisionFault(
            'aws',
            `AWS could not create ${name}. Run teardown, then provision again.`,
          );
        }
        return status === 'available' ? undefined : `is ${status}`;
      },
      leaving: ({ status }) => status === 'deleting',
      destroy: () =>
        aws.elasticache.send(
          new DeleteReplicationGroupCommand({ ReplicationGroupId: name, RetainPrimaryCluster: false }),
        ),
      describe: ({ status, nodeType = '' }) => `${name} (${nodeType}, ${status})`,
    });
  },
);

async function countNodes({ aws: { elasticache: client } }: Context): Promise<number> {
  const clusters = await readPages(
    paginateDescribeCacheClusters({ client }, {}),
    (page) => page.CacheClusters,
  );
  return clusters.reduce((sum, { NumCacheNodes = 0 }) => sum + NumCacheNodes, 0);
}

async function findGroup(context: Context, name: string): Promise<ReplicationGroup | undefined> {
  const { elasticache } = context.aws;
  const answer = await orAbsent(
    elasticache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: name })),
  );
  const group = answer?.ReplicationGroups?.[0];
  if (group === undefined) return undefined;
  const tags = group.Status === 'available' ? await findTags(context, group.ARN) : undefined;
  const status = group.Status === 'available' && tags === undefined ? 'modifying' : group.Status;
  const member = await findMember(context, group.MemberClusters?.[0]);
  return {
    ...parseGroup(group),
    ...(tags ?? { arn: group.ARN, tags: {} }),
    status: status ?? 'creating',
    member: parseMember(member),
  };
}

/**
 * Reads the tags; undefined until group and node are both `available`. AWS refuses to show them before, and the node is
 * available a moment after its group (hashicorp/terraform-provider-aws#33859).
 */
async function findTags(context: Context, arn: string | undefined): Promise<CacheTags | undefined> {
  try {
    return await assertCacheOurs(context, KEY, arn);
  } catch (error) {
    if (isBlocked(error)) return undefined;
    throw error;
  }
}

/** Finds the node. Only the node shows the parameters and security groups in force. */
async function findMember({ aws }: Context, id: string | undefined): Promise<CacheCluster | undefined> {
  if (id === undefined) return undefined;
  const call = aws.elasticache.send(new DescribeCacheClustersCommand({ CacheClusterId: id }));
  return (await orAbsent(call))?.CacheClusters?.[0];
}

function parseGroup(group: AwsReplicationGroup) {
  return {
    address: group.NodeGroups?.[0]?.PrimaryEndpoint?.Address,
    nodeType: group.CacheNodeType,
    tls: group.TransitEncryptionEnabled === true,
    auth: group.AuthTokenEnabled === true,
    snapshotDays: group.SnapshotRetentionLimit ?? 0,
  };
}

function parseMember(cluster: CacheCluster | undefined): ReplicationGroup['member'] {
  if (cluster?.CacheParameterGroup === undefined) return undefined;
  return {
    parameterGroup: cluster.CacheParameterGroup.CacheParameterGroupName,
    securityGroups: (cluster.SecurityGroups ?? []).map(({ SecurityGroupId = '' }) => SecurityGroupId),
  };
}

async function create(context: Context, name: string, needs: ReplicationGroupNeeds): Promise<void> {
  const { redisAuth } = await readSecrets(context);
  await context.aws.elasticache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: name,
      ReplicationGroupDescription: `Broker of the Darkroom stack ${context.stack.name}`,
      Engine: 'valkey',
      EngineVersion: '8.0',
      CacheNodeType: context.settings.cacheType,
      NumCacheClusters: 1,
      AutomaticFailoverEnabled: false,
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      AuthToken: redisAuth,
      Port: REDIS_PORT,
      CacheSubnetGroupName: needs.redisSubnets.name,
      CacheParameterGroupName: needs.redisParameters.name,
      SecurityGroupIds: [getSeen(needs.redisGroup).id],
      // The broker's content can be rebuilt from the catalogue.
      SnapshotRetentionLimit: 0,
      Tags: tagList(context.stack, KEY),
    }),
  );
}

function differences(
  context: Context,
  name: string,
  needs: ReplicationGroupNeeds,
  found: ReplicationGroup,
): Difference[] {
  // While it changes, a group shows its old settings, or none.
  if (found.status !== 'available') return [];
  const { aws, settings } = context;
  const modify = (change: object) => () =>
    aws.elasticache.send(
      new ModifyReplicationGroupCommand({ ReplicationGroupId: name, ApplyImmediately: true, ...change }),
    );
  const groups = [needs.redisGroup.seen?.id ?? `(new ${needs.redisGroup.name})`];
  const { member } = found;
  return [
    ...cacheTagDifferences(context, KEY, found),
    ...differingForGood('TLS', found.tls, true),
    ...differingForGood('auth token', found.auth, true),
    ...differing(
      'node type',
      found.nodeType,
      settings.cacheType,
      modify({ CacheNodeType: settings.cacheType }),
    ),
    ...differing('snapshot days', found.snapshotDays, 0, modify({ SnapshotRetentionLimit: 0 })),
    ...(member === undefined
      ? []
      : [
          ...differing(
            'parameter group',
            member.parameterGroup,
            needs.redisParameters.name,
            modify({ CacheParameterGroupName: needs.redisParameters.name }),
          ),
          ...differing(
            'security groups',
            member.securityGroups,
            groups,
            modify({ SecurityGroupIds: groups }),
          ),
        ]),
  ];
}
