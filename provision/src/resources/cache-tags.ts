import { ListTagsForResourceCommand } from '@aws-sdk/client-elasticache';
import type { Context } from '../context.js';
import { assertOurs } from '../engine/ownership.js';
import { readTags } from '../stack.js';

/**
 * Reads the tags of an object of ElastiCache, which no describe call gives, and refuses a foreign one.
 *
 * @throws ProvisionFault `foreign`
 */
export async function assertCacheOurs(
  { aws, stack }: Context,
  key: string,
  ResourceName: string | undefined,
): Promise<void> {
  const { TagList } = await aws.elasticache.send(new ListTagsForResourceCommand({ ResourceName }));
  assertOurs(stack, key, { id: ResourceName ?? '', tags: readTags(TagList) });
}
