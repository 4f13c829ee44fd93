import { AddTagsToResourceCommand, ListTagsForResourceCommand } from '@aws-sdk/client-elasticache';
import type { Context } from '../../context.js';
import { assertOurs, tagDifferences } from '../../engine/ownership.js';
import type { Difference } from '../../engine/resource.js';
import { readTags } from '../../stack.js';

/** The tags of an ElastiCache object, and its ARN. */
export interface CacheTags {
  arn: string | undefined;
  tags: Record<string, string>;
}

/**
 * Reads the tags of an ElastiCache object, which no describe call returns, and refuses a foreign object.
 *
 * @throws ProvisionFault `foreign`
 */
export async function assertCacheOurs(
  { aws, stack }: Context,
  key: string,
  ResourceName: string | undefined,
): Promise<CacheTags> {
  const { TagList } = await aws.elasticache.send(new ListTagsForResourceCommand({ ResourceName }));
  const tags = readTags(TagList);
  assertOurs(stack, key, { id: ResourceName ?? '', tags });
  return { arn: ResourceName, tags };
}

/** Compares those tags with the wanted ones. */
export function cacheTagDifferences(
  { aws, stack }: Context,
  key: string,
  { arn, tags }: CacheTags,
): Difference[] {
  return tagDifferences(stack, key, tags, (Tags) =>
    aws.elasticache.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags })),
  );
}
