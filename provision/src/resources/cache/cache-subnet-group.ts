import {
  CreateCacheSubnetGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DescribeCacheSubnetGroupsCommand,
  ModifyCacheSubnetGroupCommand,
  paginateDescribeCacheSubnetGroups,
} from '@aws-sdk/client-elasticache';
import { orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing } from '../../engine/differing.js';
import { readPages, searchByName, type Kind } from '../../engine/kind.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, type Resource } from '../../engine/resource.js';
import { nameOf, tagList } from '../../stack.js';
import { assertCacheOurs, cacheTagDifferences, type CacheTags } from './cache-tags.js';

export interface CacheSubnetGroup extends CacheTags {
  subnetIds: string[];
}

const KEY = 'redissubnets';

const KIND: Kind = {
  name: 'cache subnet group',
  making: [
    'elasticache:AddTagsToResource',
    'elasticache:CreateCacheSubnetGroup',
    'elasticache:DeleteCacheSubnetGroup',
    'elasticache:DescribeCacheSubnetGroups',
    'elasticache:ListTagsForResource',
  ],
  repairing: ['elasticache:ModifyCacheSubnetGroup'],
  search: searchByName(({ elasticache: client }) =>
    readPages(paginateDescribeCacheSubnetGroups({ client }, {}), (page) =>
      page.CacheSubnetGroups?.map(({ CacheSubnetGroupName }) => ({ id: CacheSubnetGroupName })),
    ),
  ),
};

/** The subnets that the broker may use: every default subnet. */
export const cacheSubnetGroup = defineBlueprint(KIND, (context: Context): Resource<CacheSubnetGroup> => {
  const { stack, network } = context;
  const { elasticache } = context.aws;
  const CacheSubnetGroupName = nameOf(stack, KEY);
  const SubnetIds = network.subnets.map(({ id }) => id).toSorted();
  return defineResource<CacheSubnetGroup>({
    key: KEY,
    kind: KIND.name,
    name: CacheSubnetGroupName,
    find: async () => {
      const answer = await orAbsent(
        elasticache.send(new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName })),
      );
      const group = answer?.CacheSubnetGroups?.[0];
      if (group === undefined) return undefined;
      const tags = await assertCacheOurs(context, KEY, group.ARN);
      return {
        ...tags,
        subnetIds: (group.Subnets ?? []).map(({ SubnetIdentifier = '' }) => SubnetIdentifier).toSorted(),
      };
    },
    create: () =>
      elasticache.send(
        new CreateCacheSubnetGroupCommand({
          CacheSubnetGroupName,
          CacheSubnetGroupDescription: `Broker of the Darkroom stack ${stack.name}`,
          SubnetIds,
          Tags: tagList(stack, KEY),
        }),
      ),
    differences: ({ subnetIds, ...found }) => [
      ...cacheTagDifferences(context, KEY, found),
      ...differing('subnets', subnetIds, SubnetIds, () =>
        elasticache.send(new ModifyCacheSubnetGroupCommand({ CacheSubnetGroupName, SubnetIds })),
      ),
    ],
    destroy: () => elasticache.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName })),
    describe: ({ subnetIds }) => `${CacheSubnetGroupName} (${subnetIds.length} subnets)`,
  });
});
