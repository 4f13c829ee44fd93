import type { Place } from '../../moto.js';
import type { XmlValue } from '../../wire/xml.js';
import type { World } from '../../world.js';
import { arnOf, type Cache } from './state.js';

interface Endpoint {
  Address: string;
  Port: number;
}

/** Each zone of a region has a letter. */
function zone(region: string, at: number): string {
  return `${region}${'abc'[at % 3]}`;
}

function endpoint(world: World, place: Place, name: string, cache: Cache): Endpoint {
  const port = Number(cache.settings['Port'] ?? 6379);
  const host = `${name}.emulator.${place.region}.cache.amazonaws.com`;
  const real = world.hosts.cacheEndpoint;
  return { Address: real?.address ?? host, Port: real?.port ?? port };
}

function memberIds(cache: Cache): string[] {
  if (cache.kind === 'cluster') return [cache.id];
  return Array.from({ length: cache.nodes }, (_, at) => `${cache.id}-${String(at + 1).padStart(3, '0')}`);
}

/** Fields that clusters and groups share. */
function shared(cache: Cache): Record<string, XmlValue> {
  const { settings } = cache;
  return {
    CacheNodeType: settings['CacheNodeType'],
    Engine: settings['Engine'],
    AutoMinorVersionUpgrade: settings['AutoMinorVersionUpgrade'] ?? 'true',
    SnapshotRetentionLimit: settings['SnapshotRetentionLimit'] ?? '0',
    SnapshotWindow: settings['SnapshotWindow'] ?? '03:00-04:00',
    AuthTokenEnabled: cache.hasAuthToken,
    TransitEncryptionEnabled: settings['TransitEncryptionEnabled'] ?? 'false',
    TransitEncryptionMode:
      settings['TransitEncryptionEnabled'] === 'true'
        ? (settings['TransitEncryptionMode'] ?? 'required')
        : undefined,
    AtRestEncryptionEnabled: settings['AtRestEncryptionEnabled'] ?? 'false',
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
  };
}

export function replicationGroup(world: World, place: Place, cache: Cache): XmlValue {
  const members = memberIds(cache);
  const tls = cache.settings['TransitEncryptionEnabled'] === 'true';
  // It has no address until it is created.
  const made = cache.status === 'creating' ? undefined : cache;
  return {
    ReplicationGroupId: cache.id,
    Description: cache.settings['ReplicationGroupDescription'],
    Status: cache.status,
    PendingModifiedValues: cache.pending,
    MemberClusters: { ClusterId: members },
    NodeGroups: made && {
      NodeGroup: {
        NodeGroupId: '0001',
        Status: cache.status,
        PrimaryEndpoint: { ...endpoint(world, place, tls ? `master.${cache.id}` : cache.id, cache) },
        ReaderEndpoint: { ...endpoint(world, place, tls ? `replica.${cache.id}` : `${cache.id}-ro`, cache) },
        NodeGroupMembers: {
          NodeGroupMember: members.map((id, at) => ({
            CacheClusterId: id,
            CacheNodeId: '0001',
            ReadEndpoint: { ...endpoint(world, place, id, cache) },
            PreferredAvailabilityZone: zone(place.region, at),
            CurrentRole: at === 0 ? 'primary' : 'replica',
          })),
        },
      },
    },
    AutomaticFailover: cache.settings['AutomaticFailoverEnabled'] === 'true' ? 'enabled' : 'disabled',
    MultiAZ: cache.settings['MultiAZEnabled'] === 'true' ? 'enabled' : 'disabled',
    ClusterEnabled: false,
    ClusterMode: 'disabled',
    ARN: arnOf(place, 'replicationgroup', cache.id),
    ReplicationGroupCreateTime: cache.created,
    ...shared(cache),
  };
}

/** The clusters of a cache: itself, or the members of a group. */
export function cacheClusters(world: World, place: Place, cache: Cache, withNodes: boolean): XmlValue[] {
  const alone = cache.kind === 'cluster';
  const status = cache.status;
  return memberIds(cache).map((id, at) => ({
    CacheClusterId: id,
    CacheClusterStatus: status,
    NumCacheNodes: 1,
    EngineVersion: cache.settings['EngineVersion'],
    PreferredAvailabilityZone: zone(place.region, at),
    PreferredMaintenanceWindow: cache.settings['PreferredMaintenanceWindow'] ?? 'sun:05:00-sun:06:00',
    CacheClusterCreateTime: cache.created,
    PendingModifiedValues: cache.pending,
    CacheParameterGroup: {
      CacheParameterGroupName: cache.settings['CacheParameterGroupName'],
      ParameterApplyStatus: 'in-sync',
    },
    CacheSubnetGroupName: cache.settings['CacheSubnetGroupName'],
    SecurityGroups: {
      member: cache.securityGroups.map((group) => ({ SecurityGroupId: group, Status: 'active' })),
    },
    CacheNodes:
      withNodes && status !== 'creating'
        ? {
            CacheNode: {
              CacheNodeId: '0001',
              CacheNodeStatus: status,
              CacheNodeCreateTime: cache.created,
              Endpoint: { ...endpoint(world, place, alone ? `${id}.0001` : id, cache) },
              ParameterGroupStatus: 'in-sync',
              CustomerAvailabilityZone: zone(place.region, at),
            },
          }
        : undefined,
    ReplicationGroupId: alone ? undefined : cache.id,
    ARN: arnOf(place, 'cluster', id),
    ...shared(cache),
  }));
}
