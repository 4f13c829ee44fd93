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
import { arnSuffix, type Watched } from './alarm/alarms.js';

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

/** Size of a graph on CloudWatch's grid of 24 columns. */
const [WIDTH, HEIGHT] = [8, 6];

type Line = [namespace: string, metric: string, ...dimensionsAndOptions: (string | { stat: 'Sum' })[]];

/** The metrics of a stack on one page. The first three dashboards of an account are free of charge. */
export const dashboard = defineBlueprint(KIND, (context: Context, watched: Watched): Resource<Dashboard> => {
  const { stack, aws } = context;
  const DashboardName = nameOf(stack, KEY);
  const put = () => {
    const DashboardBody = JSON.stringify(createBody(context, watched));
    return aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
  };
  return defineResource<Dashboard>({
    key: KEY,
    kind: KIND.name,
    name: DashboardName,
    needs: [watched.loadBalancer, watched.targetGroup, watched.host, watched.redis],
    find: () => findDashboard(context),
    create: put,
    differences: ({ body }) => differing('content', body, createBody(context, watched), put),
    destroy: () => aws.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })),
    describe: () =>
      `https://${stack.region}.console.aws.amazon.com/cloudwatch/home?region=${stack.region}#dashboards/dashboard/${DashboardName}`,
  });
});

/** Names the owner in the dashboard's text: AWS creates dashboards without tags. */
function formatOwner({ stack }: Context): string {
  return `Darkroom (${STACK_TAG}=${stack.name}, ${RESOURCE_TAG}=${KEY}): created by \`npm run provision\`.`;
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

function createBody(context: Context, watched: Watched) {
  const graphs = Object.entries(createGraphs(context, watched));
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
  const text = {
    type: 'text',
    x: 0,
    y: 0,
    width: 24,
    height: 1,
    properties: { markdown: formatOwner(context) },
  };
  return { widgets: [text, ...graphs.map(graph)] };
}

function createGraphs(
  { stack }: Context,
  { loadBalancer, targetGroup, host, redis }: Watched,
): Record<string, Line[]> {
  const at = arnSuffix(loadBalancer.seen?.id ?? '(new)');
  const group = arnSuffix(targetGroup.seen?.id ?? '(new)');
  const entry = (metric: string): Line => ['AWS/ApplicationELB', metric, 'LoadBalancer', at];
  // AWS sends a 1 for each request: only their sum is a count.
  const count = (metric: string): Line => [...entry(metric), { stat: 'Sum' }];
  const own = (metric: string): Line => [nameOf(stack, 'metrics'), metric];
  const cache = (metric: string): Line => ['AWS/ElastiCache', metric, 'CacheClusterId', `${redis.name}-001`];
  return {
    'Requests and 5xx responses': [
      count('RequestCount'),
      count('HTTPCode_Target_5XX_Count'),
      count('HTTPCode_ELB_5XX_Count'),
    ],
    'Response time (seconds)': [entry('TargetResponseTime')],
    'Unhealthy hosts': [[...entry('UnHealthyHostCount'), 'TargetGroup', group]],
    'Queued jobs and failed pictures': [own('QueuedJobs'), own('FailedPictures')],
    'Host: CPU, memory and disk (%)': [
      ['AWS/EC2', 'CPUUtilization', 'InstanceId', host.seen?.id ?? '(new)'],
      own('MemoryUsed'),
      own('DiskUsed'),
    ],
    'Broker: memory (%) and evictions': [cache('DatabaseMemoryUsagePercentage'), cache('Evictions')],
  };
}
