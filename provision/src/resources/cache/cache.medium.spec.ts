import {
  AddTagsToResourceCommand,
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  ModifyCacheParameterGroupCommand,
  ModifyCacheSubnetGroupCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { awsError } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../../test/bench.js';
import { resourceSuite } from '../../../test/resource-suite.js';
import { useEmulator } from '../../../test/use-emulator.js';
import type { Context } from '../../context.js';
import { nameOf } from '../../stack.js';
import { cacheParameterGroup } from './cache-parameter-group.js';
import { cacheSubnetGroup } from './cache-subnet-group.js';
import type { CacheTags } from './cache-tags.js';
import { replicationGroup } from './replication-group.js';
import { secrets } from '../secret.js';
import { securityGroup } from '../security-group/security-group.js';

const rename = ({ aws }: Context, { arn }: CacheTags) =>
  aws.elasticache.send(
    new AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: 'Name', Value: 'mine' }] }),
  );
const subnets = ({ network }: Context) => network.subnets.map(({ id }) => id);

resourceSuite('cache parameter group', {
  define: (context) => [cacheParameterGroup(context)] as const,
  drifts: {
    'a changed Name tag': rename,
    'a policy that evicts jobs': ({ aws, stack }) =>
      aws.elasticache.send(
        new ModifyCacheParameterGroupCommand({
          CacheParameterGroupName: nameOf(stack, 'redisparameters'),
          ParameterNameValues: [{ ParameterName: 'maxmemory-policy', ParameterValue: 'allkeys-lru' }],
        }),
      ),
  },
  foreign: ({ aws }, CacheParameterGroupName) =>
    aws.elasticache.send(
      new CreateCacheParameterGroupCommand({
        CacheParameterGroupName,
        CacheParameterGroupFamily: 'valkey8',
        Description: 'Not ours',
      }),
    ),
});

resourceSuite('cache subnet group', {
  define: (context) => [cacheSubnetGroup(context)] as const,
  drifts: {
    'a changed Name tag': rename,
    'only one subnet': (context) =>
      context.aws.elasticache.send(
        new ModifyCacheSubnetGroupCommand({
          CacheSubnetGroupName: nameOf(context.stack, 'redissubnets'),
          SubnetIds: subnets(context).slice(0, 1),
        }),
      ),
  },
  foreign: (context, CacheSubnetGroupName) =>
    context.aws.elasticache.send(
      new CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName,
        CacheSubnetGroupDescription: 'Not ours',
        SubnetIds: subnets(context),
      }),
    ),
});

/** A broker and everything that it needs. */
function withBroker(context: Context) {
  const group = securityGroup(context, { key: 'redisgroup', description: 'The broker', ingress: [] });
  const secret = secrets(context);
  const parameters = cacheParameterGroup(context);
  const places = cacheSubnetGroup(context);
  const needs = { redisGroup: group, secret, redisParameters: parameters, redisSubnets: places };
  return [group, secret, parameters, places, replicationGroup(context, needs)] as const;
}

resourceSuite('broker', {
  define: withBroker,
  drifts: {
    'a changed Name tag': rename,
    'a changed node type': ({ aws, stack }) =>
      aws.elasticache.send(
        new ModifyReplicationGroupCommand({
          ReplicationGroupId: nameOf(stack, 'redis'),
          CacheNodeType: 'cache.t4g.small',
          ApplyImmediately: true,
        }),
      ),
    snapshots: ({ aws, stack }) =>
      aws.elasticache.send(
        new ModifyReplicationGroupCommand({
          ReplicationGroupId: nameOf(stack, 'redis'),
          SnapshotRetentionLimit: 7,
          ApplyImmediately: true,
        }),
      ),
    "AWS's default parameters": ({ aws, stack }) =>
      aws.elasticache.send(
        new ModifyReplicationGroupCommand({
          ReplicationGroupId: nameOf(stack, 'redis'),
          CacheParameterGroupName: 'default.valkey8',
          ApplyImmediately: true,
        }),
      ),
  },
  foreign: ({ aws }, ReplicationGroupId) =>
    aws.elasticache.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId,
        ReplicationGroupDescription: 'Not ours',
        Engine: 'valkey',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheClusters: 1,
      }),
    ),
});

describe.skipIf(!services().moto)('a broker whose node is not available yet', () => {
  const emulator = useEmulator();

  it('is awaited while AWS refuses to show its tags, although the group is available', async () => {
    const { context, run } = await createBench(emulator());
    const message = 'Cluster not in available state to perform tagging operations.';
    emulator().faults.add({
      on: ({ name, params }) =>
        name === 'elasticache:ListTagsForResource' && JSON.stringify(params).includes(':replicationgroup:'),
      times: 2,
      give: awsError('InvalidReplicationGroupState', message),
    });
    const all = withBroker(context);
    await ensureAll(all, run);
    expect(all[4].seen).toMatchObject({ status: 'available' });
  });
});
