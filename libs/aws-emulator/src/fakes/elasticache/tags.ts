import type { Place } from '../../moto.js';
import { AwsFault } from '../../wire/aws-fault.js';
import { xmlAnswer } from '../../wire/answers.js';
import { listParam, type Answer, type Call } from '../../wire/call.js';
import type { World } from '../../world.js';
import type { Operations } from '../operation.js';
import { arnOf, cacheState, existing, mustBeAvailable, required, tagsParam } from './state.js';

export const TAG_OPERATIONS: Operations = {
  ListTagsForResource: (call, world) => answer(call, taggedResource(call, world)),
  AddTagsToResource: (call, world) => {
    const tags = taggedResource(call, world);
    for (const [key, value] of tagsParam(call)) tags.set(key, value);
    return answer(call, tags);
  },
  RemoveTagsFromResource: (call, world) => {
    const tags = taggedResource(call, world);
    for (const key of listParam(call, 'TagKeys')) tags.delete(key);
    return answer(call, tags);
  },
};

function answer(call: Call, tags: Map<string, string>): Answer {
  return xmlAnswer(call, { TagList: { Tag: [...tags].map(([Key, Value]) => ({ Key, Value })) } });
}

/** Tags cannot even be read while a cluster or group is not available (SOURCES.md, S52). */
function taggedResource(call: Call, world: World): Map<string, string> {
  const arn = required(call, 'ResourceName');
  const [kind = '', name = ''] = arn.split(':').slice(5);
  const state = cacheState(world, call);
  if (kind === 'cluster' || kind === 'replicationgroup') {
    const group = kind === 'cluster' ? state.caches.get(name.replace(/-\d{3}$/, '')) : undefined;
    const cache = group?.kind === 'replicationgroup' ? group : existing(state, kind, name);
    mustBeAvailable(cache, 'perform tagging operations');
    return cache.tags;
  }
  const found = kind === 'subnetgroup' ? state.subnetGroups.get(name) : state.parameterGroups.get(name);
  if (found) return found.tags;
  throw kind === 'subnetgroup'
    ? new AwsFault('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${name} does not exist.`)
    : new AwsFault('CacheParameterGroupNotFound', `CacheParameterGroup not found: ${name}`, 404);
}

/** All tagged resources of ElastiCache, for the Resource Groups Tagging API. */
export function taggedCaches(
  world: World,
  place: Place,
): { arn: string; type: string; tags: Map<string, string> }[] {
  const state = cacheState(world, place);
  const row = (type: string) => (thing: { tags: Map<string, string>; id?: string; name?: string }) => ({
    arn: arnOf(place, type, thing.id ?? thing.name ?? ''),
    type,
    tags: thing.tags,
  });
  return [
    ...[...state.caches.values()].map((cache) => row(cache.kind)(cache)),
    ...[...state.subnetGroups.values()].map(row('subnetgroup')),
    ...[...state.parameterGroups.values()].map(row('parametergroup')),
  ];
}
