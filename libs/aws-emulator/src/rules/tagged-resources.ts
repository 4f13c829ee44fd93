import { taggedCaches } from '../fakes/elasticache/tags.js';
import { jsonAnswer } from '../wire/answers.js';
import type { Answer, Call } from '../wire/call.js';
import type { Rule, World } from '../world.js';

interface TagFilter {
  Key: string;
  Values?: string[];
}

interface Mapping {
  ResourceARN: string;
  Tags: { Key: string; Value: string }[];
}

/** The resources that the tagging API showed last. It shows a resource once more after its deletion. */
const SEEN = 'tagged resources seen';

function fits(call: Call, type: string, tags: Map<string, string>): boolean {
  const types = (call.params['ResourceTypeFilters'] ?? []) as string[];
  const filters = (call.params['TagFilters'] ?? []) as TagFilter[];
  const typed = types.length === 0 || types.includes('elasticache') || types.includes(`elasticache:${type}`);
  return (
    typed &&
    filters.every(({ Key, Values = [] }) => {
      const value = tags.get(Key);
      return value !== undefined && (Values.length === 0 || Values.includes(value));
    })
  );
}

function withCaches(call: Call, answer: Answer, world: World): Answer {
  if (answer.status >= 300) return answer;
  const body = JSON.parse(answer.body.toString('utf8')) as { ResourceTagMappingList?: Mapping[] };
  const caches = taggedCaches(world, call)
    .filter(({ type, tags }) => tags.size > 0 && fits(call, type, tags))
    .map(({ arn, tags }) => ({ ResourceARN: arn, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }));
  const found = [...(body.ResourceTagMappingList ?? []), ...caches];
  const ghosts = world.keep(call, SEEN, () => new Map<string, Mapping>());
  const query = JSON.stringify([call.params['TagFilters'], call.params['ResourceTypeFilters']]);
  const earlier = [...ghosts].filter(([key]) => key.startsWith(query)).map(([, mapping]) => mapping);
  for (const mapping of found) ghosts.set(`${query} ${mapping.ResourceARN}`, mapping);
  const present = new Set(found.map(({ ResourceARN }) => ResourceARN));
  const gone = earlier.filter(({ ResourceARN }) => !present.has(ResourceARN));
  const shown = world.pace.hiddenAfterCreate > 0 ? [...found, ...gone] : found;
  return jsonAnswer({ ...body, ResourceTagMappingList: shown });
}

export const TAGGED_RESOURCE_RULES: readonly Rule[] = [
  {
    name: 'GetResources: includes caches and deleted resources',
    source: 'S62',
    on: ['tag:GetResources'],
    after: withCaches,
  },
];
