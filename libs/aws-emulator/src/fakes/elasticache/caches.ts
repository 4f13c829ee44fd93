import { AwsFault } from '../../wire/aws-fault.js';
import { xmlAnswer } from '../../wire/answers.js';
import { isTrue, listParam, textParam, type Answer, type Call } from '../../wire/call.js';
import type { World } from '../../world.js';
import type { Operations } from '../operation.js';
import { ENGINE_VERSIONS } from './families.js';
import { cacheClusters, replicationGroup } from './render.js';
import {
  begin,
  cacheId,
  cacheState,
  existing,
  mustBeAvailable,
  required,
  tagsParam,
  type Cache,
  type CacheKind,
  type CacheState,
} from './state.js';

const ID_PARAMETERS: Readonly<Record<CacheKind, string>> = {
  cluster: 'CacheClusterId',
  replicationgroup: 'ReplicationGroupId',
};

/** Settings that are stored unchanged. */
const SETTINGS = [
  'AtRestEncryptionEnabled',
  'AutoMinorVersionUpgrade',
  'AutomaticFailoverEnabled',
  'CacheNodeType',
  'CacheParameterGroupName',
  'CacheSubnetGroupName',
  'Engine',
  'EngineVersion',
  'MultiAZEnabled',
  'Port',
  'PreferredMaintenanceWindow',
  'ReplicationGroupDescription',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'TransitEncryptionEnabled',
  'TransitEncryptionMode',
] as const;

/** Changes that wait for the maintenance window unless ApplyImmediately is set. */
const POSTPONED: ReadonlySet<string> = new Set(['CacheNodeType', 'EngineVersion']);

export const CACHE_OPERATIONS: Operations = {
  CreateCacheCluster: (call, world) => create('cluster', call, world),
  CreateReplicationGroup: (call, world) => create('replicationgroup', call, world),
  DescribeCacheClusters: describeClusters,
  DescribeReplicationGroups: describeGroups,
  ModifyCacheCluster: (call, world) => modify('cluster', call, world),
  ModifyReplicationGroup: (call, world) => modify('replicationgroup', call, world),
  IncreaseReplicaCount: changeReplicas,
  DecreaseReplicaCount: changeReplicas,
  DeleteCacheCluster: deleteCluster,
  DeleteReplicationGroup: (call, world) => remove('replicationgroup', call, world),
};

async function create(kind: CacheKind, call: Call, world: World): Promise<Answer> {
  const state = cacheState(world, call);
  const id = cacheId(kind, required(call, ID_PARAMETERS[kind]));
  if (state.caches.has(id)) {
    throw kind === 'cluster'
      ? new AwsFault('CacheClusterAlreadyExists', `CacheCluster already exists: ${id}`)
      : new AwsFault('ReplicationGroupAlreadyExists', `ReplicationGroup already exists: ${id}`);
  }
  const settings = settingsOf(call);
  checkVersion(settings);
  checkReferences(state, settings);
  checkAuthToken(call, settings);
  const securityGroups = listParam(call, 'SecurityGroupIds');
  await checkSecurityGroups(call, world, securityGroups);
  const nodes = Number(textParam(call, 'NumCacheClusters') ?? textParam(call, 'NumCacheNodes') ?? 1);
  checkFailover(settings, nodes);
  const cache: Cache = {
    kind,
    id,
    status: 'creating',
    created: new Date().toISOString(),
    settings,
    pending: {},
    securityGroups,
    nodes,
    hasAuthToken: textParam(call, 'AuthToken') !== undefined,
    tags: tagsParam(call),
  };
  state.caches.set(id, cache);
  begin(call, world, cache, 'creating');
  return one(call, world, cache);
}

function settingsOf(call: Call): Record<string, string> {
  const given = SETTINGS.flatMap((name) => {
    const value = textParam(call, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { Engine: 'redis', ...Object.fromEntries(given) };
}

function checkVersion(settings: Record<string, string>): void {
  const { Engine: engine, EngineVersion: version } = settings;
  const found = ENGINE_VERSIONS.find(
    (row) =>
      row.engine === engine &&
      (version === undefined || row.version === version || row.version.startsWith(`${version}.`)),
  );
  if (found === undefined) {
    throw new AwsFault('InvalidParameterCombination', `Cannot find version ${version} for ${engine}`);
  }
  settings['EngineVersion'] = engine === 'redis' && found.version === '6.2' ? '6.2.6' : `${found.version}.0`;
  settings['CacheParameterGroupName'] ??= `default.${found.family}`;
  settings['CacheSubnetGroupName'] ??= 'default';
}

function checkReferences(state: CacheState, settings: Record<string, string>): void {
  const { CacheSubnetGroupName: subnets = '', CacheParameterGroupName: parameters = '' } = settings;
  if (subnets !== 'default' && !state.subnetGroups.has(subnets)) {
    throw new AwsFault('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${subnets} does not exist.`);
  }
  const group = state.parameterGroups.get(parameters);
  if (group === undefined && !parameters.startsWith('default.')) {
    throw new AwsFault('CacheParameterGroupNotFound', `CacheParameterGroup not found: ${parameters}`, 404);
  }
  const version = settings['EngineVersion'] ?? '';
  const family = ENGINE_VERSIONS.find(
    (row) => row.engine === settings['Engine'] && version.startsWith(row.version),
  )?.family;
  if (group !== undefined && group.family !== family) {
    throw new AwsFault(
      'InvalidParameterCombination',
      `Expected a parameter group of family ${family} but found one of family ${group.family}`,
    );
  }
}

function checkAuthToken(call: Call, settings: Record<string, string>): void {
  const token = textParam(call, 'AuthToken');
  if (token === undefined) return;
  if (settings['TransitEncryptionEnabled'] !== 'true') {
    throw new AwsFault(
      'InvalidParameterCombination',
      'The AUTH token is only supported when encryption-in-transit is enabled.',
    );
  }
  // The only special characters that are permitted (SOURCES.md, S54).
  if (!/^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(token)) {
    throw new AwsFault(
      'InvalidParameterValue',
      'Invalid AuthToken provided: 16 to 128 letters, digits and !, &, #, $, ^, <, > and - are permitted.',
    );
  }
}

async function checkSecurityGroups(call: Call, world: World, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const wanted = Object.fromEntries(ids.map((id, at) => [`GroupId.${at + 1}`, id]));
  try {
    await world.moto.query(call, 'ec2', 'DescribeSecurityGroups', wanted);
  } catch {
    throw new AwsFault('InvalidParameterValue', `Some security group Ids are invalid: ${ids.join(', ')}`);
  }
}

function checkFailover(
  { AutomaticFailoverEnabled: failover, MultiAZEnabled: multi }: Record<string, string>,
  nodes: number,
): void {
  if (failover === 'true' && nodes < 2) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'When using automatic failover, there must be at least 2 cache clusters in the replication group.',
    );
  }
  if (multi === 'true' && failover !== 'true') {
    throw new AwsFault('InvalidParameterCombination', 'Must enable automatic failover to use Multi-AZ.');
  }
}

function describeGroups(call: Call, world: World): Answer {
  const groups = pollCaches(call, world, 'replicationgroup').map((cache) =>
    replicationGroup(world, call, cache),
  );
  return xmlAnswer(call, { ReplicationGroups: { ReplicationGroup: groups } });
}

function describeClusters(call: Call, world: World): Answer {
  const wanted = textParam(call, 'CacheClusterId');
  const state = cacheState(world, call);
  const member = /^(.+)-\d{3}$/.exec(wanted ?? '')?.[1];
  const group = member === undefined ? undefined : state.caches.get(member.toLowerCase());
  if (group?.kind === 'replicationgroup') state.countdown.poll(group.id);
  const caches = group?.kind === 'replicationgroup' ? [group] : pollCaches(call, world, 'cluster');
  const ofGroups =
    wanted === undefined && !isTrue(call, 'ShowCacheClustersNotInReplicationGroups')
      ? [...state.caches.values()].filter(({ kind }) => kind === 'replicationgroup')
      : [];
  const rows = [...caches, ...ofGroups]
    .flatMap((cache) => cacheClusters(world, call, cache, isTrue(call, 'ShowCacheNodeInfo')))
    .filter((row) => group === undefined || (row as Record<string, string>)['CacheClusterId'] === wanted);
  return xmlAnswer(call, { CacheClusters: { CacheCluster: rows } });
}

/** The caches that a Describe call shows. Each poll advances a transitional state by one step. */
function pollCaches(call: Call, world: World, kind: CacheKind): Cache[] {
  const state = cacheState(world, call);
  const id = textParam(call, ID_PARAMETERS[kind]);
  const shown =
    id === undefined
      ? [...state.caches.values()].filter((cache) => cache.kind === kind)
      : [existing(state, kind, id)];
  for (const cache of shown) state.countdown.poll(cache.id);
  return shown;
}

async function modify(kind: CacheKind, call: Call, world: World): Promise<Answer> {
  const state = cacheState(world, call);
  const cache = existing(state, kind, required(call, ID_PARAMETERS[kind]));
  mustBeAvailable(cache, 'perform modification operations');
  const { Engine: _, ...given } = settingsOf(call);
  const next: Record<string, string> = { ...cache.settings, ...given };
  if (textParam(call, 'Engine') !== undefined) next['Engine'] = textParam(call, 'Engine') ?? '';
  checkReferences(state, next);
  checkFailover(next, cache.nodes);
  const groups = listParam(call, 'SecurityGroupIds');
  await checkSecurityGroups(call, world, groups);
  const waits = (name: string) => POSTPONED.has(name) && !isTrue(call, 'ApplyImmediately');
  for (const [name, value] of Object.entries(next)) {
    if (waits(name) && value !== cache.settings[name]) cache.pending[name] = value;
    else cache.settings[name] = value;
  }
  if (groups.length > 0) cache.securityGroups = groups;
  changeAuthToken(call, cache);
  begin(call, world, cache, 'modifying');
  return one(call, world, cache);
}

function changeAuthToken(call: Call, cache: Cache): void {
  const strategy = textParam(call, 'AuthTokenUpdateStrategy');
  if (textParam(call, 'AuthToken') === undefined && strategy !== 'DELETE') return;
  checkAuthToken(call, cache.settings);
  cache.hasAuthToken = strategy !== 'DELETE';
}

function changeReplicas(call: Call, world: World): Answer {
  const cache = existing(cacheState(world, call), 'replicationgroup', required(call, 'ReplicationGroupId'));
  mustBeAvailable(cache, 'change its replicas');
  const nodes = Number(required(call, 'NewReplicaCount')) + 1;
  checkFailover(cache.settings, nodes);
  cache.nodes = nodes;
  begin(call, world, cache, 'modifying');
  return one(call, world, cache);
}

/** A member of a group cannot be deleted on its own (SOURCES.md, S53). */
function deleteCluster(call: Call, world: World): Answer {
  const id = required(call, 'CacheClusterId');
  const group = cacheState(world, call).caches.get(id.toLowerCase().replace(/-\d{3}$/, ''));
  if (group?.kind === 'replicationgroup') {
    throw new AwsFault(
      'InvalidCacheClusterState',
      `Cache cluster ${id} is serving as primary for replication group ${group.id} or is the only member of a ` +
        `replication group. Delete the replication group instead.`,
    );
  }
  return remove('cluster', call, world);
}

function remove(kind: CacheKind, call: Call, world: World): Answer {
  const cache = existing(cacheState(world, call), kind, required(call, ID_PARAMETERS[kind]));
  mustBeAvailable(cache, 'perform deletion');
  begin(call, world, cache, 'deleting');
  return one(call, world, cache);
}

function one(call: Call, world: World, cache: Cache): Answer {
  return xmlAnswer(
    call,
    cache.kind === 'cluster'
      ? { CacheCluster: cacheClusters(world, call, cache, false)[0] }
      : { ReplicationGroup: replicationGroup(world, call, cache) },
  );
}
