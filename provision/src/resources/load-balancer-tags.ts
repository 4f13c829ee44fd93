import { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.js';
import { assertOurs } from '../engine/ownership.js';
import { readTags } from '../stack.js';

/**
 * Reads the tags of a load balancer, listener or target group, and refuses a foreign one.
 *
 * @throws ProvisionFault `foreign`
 */
export async function assertLoadBalancingOurs(
  { aws, stack }: Context,
  key: string,
  arn: string,
): Promise<void> {
  const { TagDescriptions } = await aws.elasticloadbalancing.send(
    new DescribeTagsCommand({ ResourceArns: [arn] }),
  );
  assertOurs(stack, key, { id: arn, tags: readTags(TagDescriptions?.[0]?.Tags) });
}
