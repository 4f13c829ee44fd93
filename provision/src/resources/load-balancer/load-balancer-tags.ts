import { AddTagsCommand, DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../../context.js';
import { assertOurs, tagDifferences } from '../../engine/ownership.js';
import type { Difference } from '../../engine/resource.js';
import { readTags } from '../../stack.js';

/**
 * Reads the tags of a load balancer, listener or target group, and refuses a foreign object.
 *
 * @throws ProvisionFault `foreign`
 */
export async function assertLoadBalancingOurs(
  { aws, stack }: Context,
  key: string,
  arn: string,
): Promise<Record<string, string>> {
  const { TagDescriptions } = await aws.elasticloadbalancing.send(
    new DescribeTagsCommand({ ResourceArns: [arn] }),
  );
  const tags = readTags(TagDescriptions?.[0]?.Tags);
  assertOurs(stack, key, { id: arn, tags });
  return tags;
}

/** Compares those tags with the wanted ones. */
export function loadBalancingTagDifferences(
  { aws, stack }: Context,
  key: string,
  { id, tags }: { id: string; tags: Record<string, string> },
): Difference[] {
  return tagDifferences(stack, key, tags, (Tags) =>
    aws.elasticloadbalancing.send(new AddTagsCommand({ ResourceArns: [id], Tags })),
  );
}
