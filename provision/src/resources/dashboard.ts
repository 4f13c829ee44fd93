import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
  paginateListDashboards,
} from '@aws-sdk/client-cloudwatch';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, searchByName, type Kind } from '../engine/kind.js';
import { assertOurs } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, type Resource } from '../engine/resource.js';
import { RESOURCE_TAG, STACK_TAG, nameOf } from '../stack.js';
import { endOf, type Watched } from './alarm/alarms.js';

export interface Dashboard {
  body: unknown;
}

const KEY = 'dashboard';

const KIND: Kind = {
  name: 'dashboard',
  making: [
    'cloudwatch:DeleteDashboards',
    'cloudwatch:GetDashboard',
    'cloudwatch:ListDashboards',
    'cloudwatch:PutDashboard',
  ],
  search: searchByName(({ cloudwatch: client }, DashboardNamePrefix) =>
    readPages(paginateListDashboards({ client }, { DashboardNamePrefix }), (page) =>
      page.DashboardEntries?.map(({ DashboardName }) => ({ id: DashboardName })),
    ),
  ),
};

/** CloudWatch lays out by a grid of 24 columns. */
const [WIDTH, HEIGHT] = [8, 6];

type Line = [namespace: string, metric: string, ...dimensionsAndOptions: (string | { stat: 'Sum' })[]];

/** The figures of a stack on one page. The first three dashboards of an account are free of charge. */
export const dashboard = defineBlueprint(KIND, (context: Context, watched: Watched): Resource<Dashboard> => {
  const { stack, aws } = context;
  const DashboardName = nameOf(stack, KEY);
  const put = () => {
    const DashboardBody = JSON.stringify(bodyOf(context, watched));
    return aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
  };
  return defineResource<Dashboard>({
    key: KEY,
    kind: KIND.name,
    name: DashboardName,
    needs: [watched.loadBalancer, watched.targetGroup, watched.host, watched.redis],
    find: () => findDashboard(context),
    create: put,
    differences: ({ body }) => differing('content', body, bodyOf(context, watched), put),
    destroy: () => aws.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })),
    describe: () =>
      `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${DashboardName}`,
  });
});

/** A dashboard is made without tags: whose it is stands in its text. */
function mark({ stack }: Context): string {
  return `Darkroom (${STACK_TAG}=${stack.name}, ${RESOURCE_TAG}=${KEY}): made by \`npm run provision\`.`;
}

async function findDashboard(context: Context): Promise<Dashboard | undefined> {
  const { stack, aws } = context;
  const DashboardName = nameOf(stack, KEY);
  const found = await orAbsent(aws.cloudwatch.send(new GetDashboardCommand({ DashboardName })));
  if (found === undefined) return undefined;
  const ours = found.DashboardBody?.includes(`${STACK_TAG}=${stack.name}, `) === true;
  const tags = ours ? { [STACK_TAG]: stack.name, [RESOURCE_TAG]: KEY } : {};
  assertOurs(stack, KEY, { id: found.DashboardArn ?? DashboardName, tags });
  return { body: JSON.parse(found.DashboardBody ?? 'null') };
}

function bodyOf(context: Context, watched: Watched) {
  const graphs = Object.entries(graphsOf(context, watched));
  const graph = ([title, metrics]: [string, Line[]], at: number) => ({
    type: 'metric',
    x: (at % 3) * WIDTH,
    y: 1 + Math.floor(at / 3) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      metrics,
      region: context.stack.region,
      period: 60,
      stat: 'Maximum',
      view: 'timeSeries',
    },
  });
  const text = { type: 'text', x: 0, y: 0, width: 24, height: 1, properties: { markdown: mark(context) } };
  return { widgets: [text, ...graphs.map(graph)] };
}

function graphsOf(
  { stack }: Context,
  { loadBalancer, targetGroup, host, redis }: Watched,
): Record<string, Line[]> {
  const at = endOf(loadBalancer.seen?.id ?? '(new)');
  const group = endOf(targetGroup.seen?.id ?? '(new)');
  const entry = (metric: string): Line => ['AWS/ApplicationELB', metric, 'LoadBalancer', at];
  // Each request sends a 1: the greatest of them is no count.
  const count = (metric: string): Line => [...entry(metric), { stat: 'Sum' }];
  const own = (metric: string): Line => [nameOf(stack, 'metrics'), metric];
  const cache = (metric: string): Line => ['AWS/ElastiCache', metric, 'CacheClusterId', `${redis.name}-001`];
  return {
    'Requests, and answers 5xx': [
      count('RequestCount'),
      count('HTTPCode_Target_5XX_Count'),
      count('HTTPCode_ELB_5XX_Count'),
    ],
    'Seconds to an answer': [entry('TargetResponseTime')],
    'Hosts that are not ready': [[...entry('UnHealthyHostCount'), 'TargetGroup', group]],
    'Pictures that wait, and that failed': [own('QueuedJobs'), own('FailedPictures')],
    'Host: % of processor, memory, disk': [
      ['AWS/EC2', 'CPUUtilization', 'InstanceId', host.seen?.id ?? '(new)'],
      own('MemoryUsed'),
      own('DiskUsed'),
    ],
    'Broker: % of memory, evictions': [cache('DatabaseMemoryUsagePercentage'), cache('Evictions')],
  };
}
