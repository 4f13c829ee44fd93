import {
  PutMetricAlarmCommand,
  TagResourceCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { resourceSuite } from '../../../test/resource-suite.js';
import type { Context } from '../../context.js';
import { nameOf } from '../../stack.js';
import { alarm } from './alarm.js';

/** The wanted alarm. */
const RIGHT: Omit<PutMetricAlarmCommandInput, 'AlarmName'> = {
  AlarmDescription: 'Busy',
  Namespace: 'AWS/EC2',
  MetricName: 'CPUUtilization',
  Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
  Statistic: 'Average',
  Threshold: 90,
  ComparisonOperator: 'GreaterThanThreshold',
  Period: 300,
  EvaluationPeriods: 3,
  TreatMissingData: 'notBreaching',
};

/** Changes one field by hand. */
const put = (other: typeof RIGHT) => (context: Context) =>
  context.aws.cloudwatch.send(
    new PutMetricAlarmCommand({ AlarmName: nameOf(context.stack, 'alarmcpu'), ...RIGHT, ...other }),
  );

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
          periodSeconds: 300,
        }),
      }),
    ] as const,
  drifts: {
    'a changed Name tag': ({ aws }, { arn }) =>
      aws.cloudwatch.send(
        new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: 'Name', Value: 'mine' }] }),
      ),
    'a changed threshold': put({ Threshold: 99 }),
    'shorter periods': put({ Period: 60, EvaluationPeriods: 15 }),
    'a reversed comparison': put({ ComparisonOperator: 'LessThanThreshold' }),
    'an alarm on missing data': put({ TreatMissingData: 'breaching' }),
    'a changed description': put({ AlarmDescription: 'mine' }),
  },
  foreign: ({ aws }, AlarmName) => aws.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...RIGHT })),
});
