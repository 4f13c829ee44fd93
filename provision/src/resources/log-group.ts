import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs, tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Price, type Resource } from '../engine/resource.js';
import { nameOf, tagsOf } from '../stack.js';

export interface LogGroup {
  arn: string;
  retentionDays: number | undefined;
  tags: Record<string, string>;
}

/** The programs that log through Docker's awslogs driver. Each has its own group. */
export const LOGGING = ['gateway', 'api', 'worker', 'postgres', 'monitor'] as const;

/** The metrics that CloudWatch extracts from the log of `monitor` (provision/host/monitor.mjs). */
export const METRICS = ['QueuedJobs', 'FailedPictures', 'MemoryUsed', 'DiskUsed'] as const;

/** For each GB that CloudWatch ingests. */
const LOGS: Price = { price: 0.5, per: 'month', source: 'help-toolz.com, per GB ingested', certain: true };
const METRIC: Price = {
  price: 0.3,
  per: 'month',
  source: 'from memory, per custom metric',
  certain: false,
};

const KIND: Kind = {
  name: 'log group',
  making: [
    'logs:CreateLogGroup',
    'logs:DeleteLogGroup',
    'logs:DescribeLogGroups',
    'logs:ListTagsForResource',
    'logs:PutRetentionPolicy',
    'logs:TagResource',
  ],
  listing: ['logs:DescribeLogGroups'],
  arns: (prefix) => [`arn:aws:logs:*:*:log-group:${prefix}*`],
  examples: (stack) => [`arn:aws:logs:${stack.region}:${stack.account}:log-group:${nameOf(stack, 'logapi')}`],
  search: searchByName(({ logs: client }, logGroupNamePrefix) =>
    readPages(paginateDescribeLogGroups({ client }, { logGroupNamePrefix }), (page) =>
      page.logGroups?.map(({ logGroupName }) => ({ id: logGroupName })),
    ),
  ),
};

/** The logs of one program. */
export function logGroup(context: Context, program: (typeof LOGGING)[number]): Resource<LogGroup> {
  const { stack, settings } = context;
  const { logs } = context.aws;
  const key = `log${program}`;
  const logGroupName = nameOf(stack, key);
  return defineResource<LogGroup>({
    key,
    kind: KIND.name,
    name: logGroupName,
    costs:
      program === 'monitor' ? [{ item: METRIC, quantity: METRICS.length }] : [{ item: LOGS, quantity: 0.25 }],
    find: () => findLogGroup(context, key),
    create: () => logs.send(new CreateLogGroupCommand({ logGroupName, tags: tagsOf(stack, key) })),
    differences: ({ arn, retentionDays, tags }) => [
      ...differing('retention days', retentionDays, settings.logDays, () =>
        logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: settings.logDays })),
      ),
      ...tagDifferences(stack, key, tags, () =>
        logs.send(new TagResourceCommand({ resourceArn: arn, tags: tagsOf(stack, key) })),
      ),
    ],
    destroy: () => logs.send(new DeleteLogGroupCommand({ logGroupName })),
    describe: ({ arn }) => arn,
  });
}

/** The logs of all programs. */
export const logGroups = defineBlueprint(KIND, (context: Context): Resource<LogGroup>[] => {
  return LOGGING.map((program) => logGroup(context, program));
});

async function findLogGroup({ aws, stack }: Context, key: string): Promise<LogGroup | undefined> {
  const name = nameOf(stack, key);
  const { logGroups: groups = [] } = await aws.logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
  );
  const group = groups.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) return undefined;
  // The tags are those of the group's ARN without `:*`, which means its streams.
  const arn = (group.arn ?? '').replace(/:\*$/, '');
  const { tags = {} } = await aws.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  assertOurs(stack, key, { id: arn, tags });
  return { arn, tags, retentionDays: group.retentionInDays };
}
