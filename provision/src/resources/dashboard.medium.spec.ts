import { PutDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { resourceSuite } from '../../test/resource-suite.js';
import { stackResources } from '../stack-resources.js';
import type { Dashboard } from './dashboard.js';
import type { Resource } from '../engine/resource.js';

const put = (DashboardName: string) =>
  new PutDashboardCommand({
    DashboardName,
    DashboardBody: JSON.stringify({
      widgets: [{ type: 'text', x: 0, y: 0, width: 3, height: 1, properties: { markdown: 'mine' } }],
    }),
  });

resourceSuite<Dashboard>('dashboard', {
  define: (context) => {
    const { dashboard } = stackResources(context);
    const needed = (resource: Resource): Resource[] => [...resource.needs.flatMap(needed), resource];
    return [...new Set(dashboard.needs.flatMap(needed)), dashboard] as const;
  },
  drifts: {
    'a removed widget': async ({ aws }, { body }) => {
      const { widgets } = body as { widgets: unknown[] };
      const DashboardBody = JSON.stringify({ widgets: widgets.slice(0, 2) });
      await aws.cloudwatch.send(
        new PutDashboardCommand({ DashboardName: 'darkroom-demo-dashboard', DashboardBody }),
      );
    },
  },
  foreign: ({ aws }, name) => aws.cloudwatch.send(put(name)),
});
