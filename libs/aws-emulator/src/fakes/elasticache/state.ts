import type { Place } from '../../moto.js';
import { AwsFault } from '../../wire/aws-fault.js';
import { recordsParam, textParam, type Call } from '../../wire/call.js';
import type { Countdown, World } from '../../world.js';

export type CacheKind = 'cluster' | 'replicationgroup';
export type CacheStatus = 'creating' | 'available' | 'modifying' | 'deleting';

/** A replication group with its member clusters, or a standalone cluster. */
export interface Cache {
  kind: CacheKind;
  id: string;
  status: CacheStatus;
  created: string;
  /** Settings under the names of the API. */
  settings: Record<string, string>;
  /** Changes without ApplyImmediately, which wait for the maintenance window. */
  pending: Record<string, string>;
  securityGroups: string[];
  nodes: number;
  hasAuthToken: boolean;
  tags: Map<string, string>;
}

export interface SubnetGroup {
  name: string;
  description: string;
  vpcId: string;
  subnets: { id: string; zone: string }[];
  tags: Map<string, string>;
}

export interface ParameterGroup {
  name: string;
  family: string;
  description: string;
  /** Parameters that the user has set. The others have the values of the family. */
  values: Map<string, string>;
  tags: Map<string, string>;
}

export interface CacheState {
  caches: Map<string, Cache>;
  subnetGroups: Map<string, SubnetGroup>;
  parameterGroups: Map<string, ParameterGroup>;
  countdown: Countdown;
}

export function cacheState(world: World, place: Place): CacheState {
  const countdown = world.countdown(place, 'elasticache');
  const state = world.keep<CacheState>(place, 'elasticache', () => ({
    caches: new Map(),
    subnetGroups: new Map(),
    parameterGroups: new Map(),
    countdown,
  }));
  for (const cache of state.caches.values()) settle(state, cache);
  return state;
}

/** Ends a transitional state whose polls are over: the cache is available, or gone. */
function settle(state: CacheState, cache: Cache): void {
  if (cache.status === 'available' || state.countdown.isRunning(cache.id)) return;
  if (cache.status === 'deleting') state.caches.delete(cache.id);
  else cache.status = 'available';
}

/** Begins a transitional state. Polls end it, not the clock. */
export function begin(
  call: Call,
  world: World,
  cache: Cache,
  status: Exclude<CacheStatus, 'available'>,
): void {
  const { cacheCreating, cacheModifying, cacheDeleting } = world.pace;
  const steps = { creating: cacheCreating, modifying: cacheModifying, deleting: cacheDeleting }[status];
  world.countdown(call, 'elasticache').start(cache.id, steps);
  cache.status = status;
}

export function required(call: Call, name: string): string {
  const value = textParam(call, name);
  if (value === undefined || value === '') {
    throw new AwsFault(
      'InvalidParameterValue',
      `The parameter ${name} must be provided and must not be blank.`,
    );
  }
  return value;
}

export function tagsParam(call: Call): Map<string, string> {
  return new Map(recordsParam(call, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function arnOf(place: Place, kind: string, name: string): string {
  return `arn:aws:elasticache:${place.region}:${place.account}:${kind}:${name}`;
}

const LIMITS: Readonly<Record<CacheKind, number>> = { cluster: 50, replicationgroup: 40 };

/**
 * A valid id, in lower case as ElastiCache keeps it (SOURCES.md, S51).
 *
 * @throws AwsFault InvalidParameterValue
 */
export function cacheId(kind: CacheKind, id: string): string {
  const valid = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/i.test(id) && id.length <= LIMITS[kind];
  if (!valid) {
    throw new AwsFault(
      'InvalidParameterValue',
      `The parameter ${kind === 'cluster' ? 'CacheClusterId' : 'ReplicationGroupId'} is not a valid identifier. ` +
        `Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; must not end ` +
        `with a hyphen or contain two consecutive hyphens; and be at most ${LIMITS[kind]} characters.`,
    );
  }
  return id.toLowerCase();
}

/** @throws AwsFault when no cache has this id and kind */
export function existing(state: CacheState, kind: CacheKind, id: string): Cache {
  const cache = state.caches.get(id.toLowerCase());
  if (cache?.kind === kind) return cache;
  throw kind === 'cluster'
    ? new AwsFault('CacheClusterNotFound', `CacheCluster not found: ${id}`, 404)
    : new AwsFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404);
}

/** @throws AwsFault Invalid…State unless it is available (SOURCES.md, S52) */
export function mustBeAvailable(cache: Cache, doing: string): void {
  if (cache.status === 'available') return;
  throw cache.kind === 'cluster'
    ? new AwsFault('InvalidCacheClusterState', `Cluster ${cache.id} not in available state to ${doing}.`)
    : new AwsFault('InvalidReplicationGroupState', `Cluster not in available state to ${doing}.`);
}
