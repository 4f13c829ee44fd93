import { PutMetricAlarmCommand, TagResourceCommand } from '@aws-sdk/client-cloudwatch';
import { resourceSuite } from '../../test/resource-suite.js';
import { alarm } from './alarm.js';

const OTHER = {
  Namespace: 'AWS/EC2',
  MetricName: 'CPUUtilization',
  Statistic: 'Average',
  Threshold: 99,
  ComparisonOperator: 'GreaterThanThreshold',
  Period: 60,
  EvaluationPeriods: 1,
} as const;

resourceSuite('alarm', {
  define: (context) =>
    [
      alarm(context, {
        key: 'alarmcpu',
        description: 'Busy',
        needs: [],
        rule: () => ({
          namespace: 'AWS/EC2',
          metric: 'CPUUtilization',
          dimensions: { InstanceId: 'i-1' },
          statistic: 'Average',
          threshold: 90,
          minutes: 15,
        }),
      }),
    ] as const,
  drifts: {
    'another name': ({ aws }, { arn }) =>
      aws.cloudwatch.send(
        new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: 'Name', Value: 'mine' }] }),
      ),
    'another threshold': ({ aws, stack }) =>
      aws.cloudwatch.send(
        new PutMetricAlarmCommand({ AlarmName: `darkroom-${stack.name}-alarmcpu`, ...OTHER }),
      ),
  },
  foreign: ({ aws }, AlarmName) => aws.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...OTHER })),
});
