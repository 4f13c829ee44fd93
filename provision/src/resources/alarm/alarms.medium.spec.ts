import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../../test/bench.js';
import { useEmulator } from '../../../test/use-emulator.js';
import type { Resource } from '../../engine/resource.js';
import { alarms, type Watched } from './alarms.js';
import { dashboard } from '../dashboard.js';

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const BALANCER = { Name: 'LoadBalancer', Value: 'app/darkroom-demo-alb/1' };
const TARGETS = { Name: 'TargetGroup', Value: 'targetgroup/darkroom-demo-targets/2' };

/** Stands for an object that exists. */
const existing = <T>(seen: object) => ({ seen, needs: [] }) as unknown as Resource<T>;

const WATCHED: Watched = {
  loadBalancer: existing({ id: `${ARN}:loadbalancer/${BALANCER.Value}` }),
  targetGroup: existing({ id: `${ARN}:${TARGETS.Value}` }),
  host: existing({ id: 'i-1' }),
  redis: existing({}),
};

describe.skipIf(!services().moto)('dashboard and alarms', () => {
  const emulator = useEmulator();

  it('the dashboard shows the number of requests and of 5xx responses', async () => {
    const { context, run } = await createBench(emulator());
    const subject = dashboard(context, WATCHED);
    await ensureAll([subject], run);
    const body = subject.seen?.body as { widgets: { properties: { metrics?: unknown[][] } }[] } | undefined;
    const counts = (body?.widgets ?? [])
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([, name]) => /Request|5XX/.test(String(name)));
    expect(counts.map(([, name, , , options]) => [name, options])).toEqual(
      ['RequestCount', 'HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'].map((name) => [
        name,
        { stat: 'Sum' },
      ]),
    );
  });

  it('the alarms fire without a healthy host, and on 5xx of host and load balancer', async () => {
    const { context, run } = await createBench(emulator());
    const all = alarms(context, WATCHED);
    await ensureAll(all, run);
    expect(all.flatMap((one) => one.differences(one.seen as NonNullable<typeof one.seen>))).toEqual([]);
    const { MetricAlarms = [] } = await context.aws.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'darkroom-demo-' }),
    );
    const named = (name: string) =>
      MetricAlarms.find(({ AlarmName }) => AlarmName === `darkroom-demo-${name}`);
    expect(named('alarmunhealthy')).toMatchObject({
      MetricName: 'HealthyHostCount',
      Dimensions: [BALANCER, TARGETS],
      Statistic: 'Maximum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
    const errors = {
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      Statistic: 'Sum',
    };
    expect(named('alarmerrors')).toMatchObject({ ...errors, MetricName: 'HTTPCode_Target_5XX_Count' });
    expect(named('alarmbalancer')).toMatchObject({
      ...errors,
      MetricName: 'HTTPCode_ELB_5XX_Count',
      Dimensions: [BALANCER],
    });
  });
});
