import {
  CreateCacheParameterGroupCommand,
  DeleteCacheParameterGroupCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheParametersCommand,
  ModifyCacheParameterGroupCommand,
  paginateDescribeCacheParameterGroups,
} from '@aws-sdk/client-elasticache';
import { orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing, differingForGood } from '../../engine/differing.js';
import { readPages, searchByName, type Kind } from '../../engine/kind.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, type Resource } from '../../engine/resource.js';
import { nameOf, tagList } from '../../stack.js';
import { assertCacheOurs, cacheTagDifferences, type CacheTags } from './cache-tags.js';

export interface CacheParameterGroup extends CacheTags {
  family: string | undefined;
  /** The parameters that differ from AWS's defaults, by name. */
  set: Record<string, string>;
}

const KEY = 'redisparameters';
/** AWS's name for the parameter family of the engine's major version. */
const CACHE_FAMILY = 'valkey8';
/** Any other policy evicts jobs when memory is short. */
const POLICY = 'noeviction';

const KIND: Kind = {
  name: 'cache parameter group',
  making: [
    'elasticache:AddTagsToResource',
    'elasticache:CreateCacheParameterGroup',
    'elasticache:DeleteCacheParameterGroup',
    'elasticache:DescribeCacheParameterGroups',
    'elasticache:DescribeCacheParameters',
    'elasticache:ListTagsForResource',
    'elasticache:ModifyCacheParameterGroup',
  ],
  search: searchByName(({ elasticache: client }) =>
    readPages(paginateDescribeCacheParameterGroups({ client }, {}), (page) =>
      page.CacheParameterGroups?.map(({ CacheParameterGroupName }) => ({ id: CacheParameterGroupName })),
    ),
  ),
};

/** The parameters of the broker. */
export const cacheParameterGroup = defineBlueprint(
  KIND,
  (context: Context): Resource<CacheParameterGroup> => {
    const { stack, aws } = context;
    const CacheParameterGroupName = nameOf(stack, KEY);
    return defineResource<CacheParameterGroup>({
      key: KEY,
      kind: KIND.name,
      name: CacheParameterGroupName,
      find: () => findGroup(context, CacheParameterGroupName),
      create: () =>
        aws.elasticache.send(
          new CreateCacheParameterGroupCommand({
            CacheParameterGroupName,
            CacheParameterGroupFamily: CACHE_FAMILY,
            Description: `Broker of the Darkroom stack ${stack.name}`,
            Tags: tagList(stack, KEY),
          }),
        ),
      differences: ({ family, set, ...found }) => [
        ...cacheTagDifferences(context, KEY, found),
        ...differingForGood('family', family, CACHE_FAMILY),
        ...differing('maxmemory-policy', set['maxmemory-policy'], POLICY, () =>
          aws.elasticache.send(
            new ModifyCacheParameterGroupCommand({
              CacheParameterGroupName,
              ParameterNameValues: [{ ParameterName: 'maxmemory-policy', ParameterValue: POLICY }],
            }),
          ),
        ),
      ],
      destroy: () => aws.elasticache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName })),
      describe: ({ family = '' }) => `${CacheParameterGroupName} (${family}, ${POLICY})`,
    });
  },
);

async function findGroup(context: Context, name: string): Promise<CacheParameterGroup | undefined> {
  const { elasticache } = context.aws;
  const answer = await orAbsent(
    elasticache.send(new DescribeCacheParameterGroupsCommand({ CacheParameterGroupName: name })),
  );
  const group = answer?.CacheParameterGroups?.[0];
  if (group === undefined) return undefined;
  const tags = await assertCacheOurs(context, KEY, group.ARN);
  const { Parameters = [] } = await elasticache.send(
    new DescribeCacheParametersCommand({ CacheParameterGroupName: name, Source: 'user' }),
  );
  return {
    ...tags,
    family: group.CacheParameterGroupFamily,
    set: Object.fromEntries(
      Parameters.map(({ ParameterName = '', ParameterValue = '' }) => [ParameterName, ParameterValue]),
    ),
  };
}
