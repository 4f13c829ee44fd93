import {
  CreateCacheClusterCommand,
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DeleteCacheClusterCommand,
  DeleteCacheParameterGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeCacheEngineVersionsCommand,
  DescribeCacheParametersCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeReplicationGroupsCommand,
  ListTagsForResourceCommand,
  ModifyCacheParameterGroupCommand,
  ModifyReplicationGroupCommand,
  RemoveTagsFromResourceCommand,
  type CreateReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { errorName, sendJson } from './testing/connect.js';
import { useClients, useEmulator } from './testing/use-emulator.js';

const GROUP: CreateReplicationGroupCommandInput = {
  ReplicationGroupId: 'darkroom-demo',
  ReplicationGroupDescription: 'broker',
  Engine: 'valkey',
  CacheNodeType: 'cache.t4g.micro',
  NumCacheClusters: 1,
  Tags: [{ Key: 'darkroom:stack', Value: 'demo' }],
};

describe.skipIf(!services().moto)('ElastiCache in the emulator', () => {
  const emulator = useEmulator();
  const aws = useClients(emulator);

  const create = (more: Partial<CreateReplicationGroupCommandInput> = {}) =>
    aws().elasticache.send(new CreateReplicationGroupCommand({ ...GROUP, ...more }));
  const describeGroup = async () => {
    const { ReplicationGroups } = await aws().elasticache.send(
      new DescribeReplicationGroupsCommand({ ReplicationGroupId: GROUP.ReplicationGroupId }),
    );
    return ReplicationGroups?.[0];
  };
  const remove = () =>
    aws().elasticache.send(
      new DeleteReplicationGroupCommand({ ReplicationGroupId: GROUP.ReplicationGroupId }),
    );

  it('goes creating → available → modifying → available → deleting → gone, one step a poll', async () => {
    Object.assign(emulator().pace, { cacheCreating: 2, cacheModifying: 1, cacheDeleting: 1 });
    await create();
    const states = [];
    for (let at = 0; at < 3; at += 1) states.push((await describeGroup())?.Status);
    await aws().elasticache.send(
      new ModifyReplicationGroupCommand({
        ReplicationGroupId: GROUP.ReplicationGroupId,
        SnapshotRetentionLimit: 1,
      }),
    );
    for (let at = 0; at < 2; at += 1) states.push((await describeGroup())?.Status);
    await remove();
    states.push((await describeGroup())?.Status);
    expect(states).toEqual(['creating', 'creating', 'available', 'modifying', 'available', 'deleting']);
    expect(await errorName(describeGroup())).toBe('ReplicationGroupNotFoundFault');
  });

  it('shows endpoints, members and nodes', async () => {
    await create({ TransitEncryptionEnabled: true, AuthToken: 'a-token-of-sixteen-characters' });
    const group = await describeGroup();
    expect(group).toMatchObject({ TransitEncryptionEnabled: true, AuthTokenEnabled: true, Engine: 'valkey' });
    expect(group?.NodeGroups?.[0]?.PrimaryEndpoint).toEqual({
      Address: 'master.darkroom-demo.emulator.eu-central-1.cache.amazonaws.com',
      Port: 6379,
    });
    const { CacheClusters } = await aws().elasticache.send(
      new DescribeCacheClustersCommand({
        CacheClusterId: group?.MemberClusters?.[0],
        ShowCacheNodeInfo: true,
      }),
    );
    expect(CacheClusters?.[0]).toMatchObject({
      ReplicationGroupId: 'darkroom-demo',
      CacheClusterStatus: 'available',
    });
    expect(CacheClusters?.[0]?.CacheNodes?.[0]?.Endpoint?.Port).toBe(6379);
  });

  it('shows the endpoint that a test sets', async () => {
    emulator().hosts.cacheEndpoint = { address: '127.0.0.1', port: 7000 };
    await aws().elasticache.send(
      new CreateCacheClusterCommand({
        CacheClusterId: 'single',
        Engine: 'redis',
        CacheNodeType: 'cache.t4g.micro',
        NumCacheNodes: 1,
      }),
    );
    const { CacheClusters } = await aws().elasticache.send(
      new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }),
    );
    expect(CacheClusters?.[0]?.CacheNodes?.[0]?.Endpoint).toEqual({ Address: '127.0.0.1', Port: 7000 });
  });

  it.each([
    ['an id that exists', {}, 'ReplicationGroupAlreadyExistsFault'],
    [
      'an id that is too long',
      { ReplicationGroupId: `a${'b'.repeat(40)}` },
      'InvalidParameterValueException',
    ],
    [
      'an unknown subnet group',
      { ReplicationGroupId: 'b', CacheSubnetGroupName: 'none' },
      'CacheSubnetGroupNotFoundFault',
    ],
    [
      'an unknown parameter group',
      { ReplicationGroupId: 'b', CacheParameterGroupName: 'none' },
      'CacheParameterGroupNotFoundFault',
    ],
    [
      'an unknown security group',
      { ReplicationGroupId: 'b', SecurityGroupIds: ['sg-0'] },
      'InvalidParameterValueException',
    ],
    [
      'a token without TLS',
      { ReplicationGroupId: 'b', AuthToken: 'a-token-of-sixteen-characters' },
      'InvalidParameterCombinationException',
    ],
    [
      'a token with an underscore',
      { ReplicationGroupId: 'b', TransitEncryptionEnabled: true, AuthToken: 'a_token_of_sixteen_characters' },
      'InvalidParameterValueException',
    ],
    [
      'failover with one node',
      { ReplicationGroupId: 'b', AutomaticFailoverEnabled: true },
      'InvalidParameterCombinationException',
    ],
    [
      'an unknown version',
      { ReplicationGroupId: 'b', EngineVersion: '1.0' },
      'InvalidParameterCombinationException',
    ],
  ] as const)('refuses %s', async (_, more, name) => {
    await create();
    expect(await errorName(create(more as Partial<CreateReplicationGroupCommandInput>))).toBe(name);
  });

  it('refuses changes, tags and deletion until it is available', async () => {
    emulator().pace.cacheCreating = 1;
    const { ReplicationGroup } = await create();
    const tags = () =>
      aws().elasticache.send(new ListTagsForResourceCommand({ ResourceName: ReplicationGroup?.ARN }));
    const change = new ModifyReplicationGroupCommand({
      ReplicationGroupId: 'darkroom-demo',
      MultiAZEnabled: false,
    });
    expect(await errorName(tags())).toBe('InvalidReplicationGroupStateFault');
    expect(await errorName(aws().elasticache.send(change))).toBe('InvalidReplicationGroupStateFault');
    expect(await errorName(remove())).toBe('InvalidReplicationGroupStateFault');
    await describeGroup();
    expect((await tags()).TagList).toEqual(GROUP.Tags);
    await aws().elasticache.send(
      new RemoveTagsFromResourceCommand({ ResourceName: ReplicationGroup?.ARN, TagKeys: ['darkroom:stack'] }),
    );
    expect((await tags()).TagList ?? []).toEqual([]);
  });

  it('separates pending changes from those applied immediately', async () => {
    await create();
    const modify = (ApplyImmediately: boolean) =>
      aws().elasticache.send(
        new ModifyReplicationGroupCommand({
          ReplicationGroupId: 'darkroom-demo',
          CacheNodeType: 'cache.t4g.small',
          ApplyImmediately,
        }),
      );
    await modify(false);
    expect((await describeGroup())?.CacheNodeType).toBe('cache.t4g.micro');
    await modify(true);
    expect((await describeGroup())?.CacheNodeType).toBe('cache.t4g.small');
  });

  it('releases a member, a subnet group and a parameter group only when their cache is gone', async () => {
    emulator().pace.cacheDeleting = 1;
    const subnets = await aws().ec2.send(new DescribeSubnetsCommand({}));
    await aws().elasticache.send(
      new CreateCacheSubnetGroupCommand({
        CacheSubnetGroupName: 'darkroom-demo',
        CacheSubnetGroupDescription: 'all zones',
        SubnetIds: subnets.Subnets?.map(({ SubnetId = '' }) => SubnetId),
      }),
    );
    const parameters = {
      CacheParameterGroupName: 'darkroom-demo',
      CacheParameterGroupFamily: 'valkey8',
      Description: 'broker',
    };
    await aws().elasticache.send(new CreateCacheParameterGroupCommand(parameters));
    await create({ CacheSubnetGroupName: 'darkroom-demo', CacheParameterGroupName: 'darkroom-demo' });
    const member = new DeleteCacheClusterCommand({ CacheClusterId: 'darkroom-demo-001' });
    expect(await errorName(aws().elasticache.send(member))).toBe('InvalidCacheClusterStateFault');
    await remove();
    const subnetGroup = () =>
      aws().elasticache.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: 'darkroom-demo' }));
    const parameterGroup = () =>
      aws().elasticache.send(
        new DeleteCacheParameterGroupCommand({ CacheParameterGroupName: 'darkroom-demo' }),
      );
    expect(await errorName(subnetGroup())).toBe('CacheSubnetGroupInUse');
    expect(await errorName(parameterGroup())).toBe('InvalidCacheParameterGroupStateFault');
    await describeGroup();
    await subnetGroup();
    await parameterGroup();
    expect(
      await errorName(
        aws().elasticache.send(
          new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName: 'darkroom-demo' }),
        ),
      ),
    ).toBe('CacheSubnetGroupNotFoundFault');
  });

  it('blocks the deletion of a security group until the cache is gone', async () => {
    emulator().pace.cacheDeleting = 1;
    const { GroupId = '' } = await aws().ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'redis', Description: 'redis' }),
    );
    await create({ SecurityGroupIds: [GroupId] });
    const Filters = [{ Name: 'group-id', Values: [GroupId] }];
    const { NetworkInterfaces } = await aws().ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    expect(NetworkInterfaces?.map(({ Description }) => Description)).toEqual([
      'ElastiCache darkroom-demo-001',
    ]);
    await remove();
    const drop = () => aws().ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    expect(await errorName(drop())).toBe('DependencyViolation');
    await describeGroup();
    await drop();
  });

  it('sets parameters and separates them from defaults', async () => {
    const CacheParameterGroupName = 'darkroom-demo';
    await aws().elasticache.send(
      new CreateCacheParameterGroupCommand({
        CacheParameterGroupName,
        CacheParameterGroupFamily: 'valkey8',
        Description: 'broker',
      }),
    );
    const read = async (Source?: string) => {
      const { Parameters } = await aws().elasticache.send(
        new DescribeCacheParametersCommand({ CacheParameterGroupName, Source }),
      );
      return (
        Parameters?.filter(({ ParameterName }) => ParameterName === 'maxmemory-policy').map(
          ({ ParameterValue }) => ParameterValue,
        ) ?? []
      );
    };
    expect(await read()).toEqual(['volatile-lru']);
    expect(await read('user')).toEqual([]);
    const set = (ParameterName: string) =>
      aws().elasticache.send(
        new ModifyCacheParameterGroupCommand({
          CacheParameterGroupName,
          ParameterNameValues: [{ ParameterName, ParameterValue: 'noeviction' }],
        }),
      );
    await set('maxmemory-policy');
    expect(await read('user')).toEqual(['noeviction']);
    expect(await errorName(set('no-such-parameter'))).toBe('InvalidParameterValueException');
  });

  it('lists the versions of an engine', async () => {
    const { CacheEngineVersions } = await aws().elasticache.send(
      new DescribeCacheEngineVersionsCommand({ Engine: 'valkey' }),
    );
    expect(CacheEngineVersions?.map(({ CacheParameterGroupFamily }) => CacheParameterGroupFamily)).toContain(
      'valkey8',
    );
  });

  it('is found by its tags, also shortly after its deletion', async () => {
    emulator().pace.hiddenAfterCreate = 1;
    const find = () =>
      sendJson(emulator(), 'tagging', 'ResourceGroupsTaggingAPI_20170126.GetResources', {
        TagFilters: [{ Key: 'darkroom:stack', Values: ['demo'] }],
      });
    await create();
    const ARN = `arn:aws:elasticache:eu-central-1:${emulator().account}:replicationgroup:darkroom-demo`;
    const found = { ResourceTagMappingList: [{ ResourceARN: ARN, Tags: GROUP.Tags }] };
    expect(await find()).toMatchObject(found);
    await remove();
    expect(await errorName(describeGroup())).toBe('ReplicationGroupNotFoundFault');
    expect(await find()).toMatchObject(found);
  });
});
