import type { Context } from '../../context.js';
import { defineBlueprint } from '../../engine/profile.js';
import type { Resource } from '../../engine/resource.js';
import { nameOf } from '../../stack.js';
import type { ReplicationGroup } from '../cache/replication-group.js';
import type { Host } from '../host/host-state.js';
import type { LoadBalancer } from '../load-balancer/load-balancer.js';
import type { TargetGroup } from '../load-balancer/target-group.js';
import { ALARM, alarm, type Alarm, type AlarmRule } from './alarm.js';

export interface Watched {
  loadBalancer: Resource<LoadBalancer>;
  targetGroup: Resource<TargetGroup>;
  host: Resource<Host>;
  redis: Resource<ReplicationGroup>;
}

/** The end of an ARN, by which CloudWatch names load balancers and target groups. */
export const arnSuffix = (arn: string) => arn.replace(/^.*:(loadbalancer\/)?/, '');

/** The alarms of a stack. */
export const alarms = defineBlueprint(ALARM, (context: Context, watched: Watched): Resource<Alarm>[] => {
  return [
    ...entryAlarms(context, watched),
    hostAlarm(context, watched),
    ...monitorAlarms(context),
    ...brokerAlarms(context, watched),
  ];
});

function entryAlarms(context: Context, { loadBalancer, targetGroup }: Watched): Resource<Alarm>[] {
  const needs = [loadBalancer, targetGroup];
  const fixed = { namespace: 'AWS/ApplicationELB', minutes: 5, periodSeconds: 60 } as const;
  const ofBalancer = () => loadBalancer.seen && { LoadBalancer: arnSuffix(loadBalancer.seen.id) };
  const ofTargets = () =>
    loadBalancer.seen && targetGroup.seen && { ...ofBalancer(), TargetGroup: arnSuffix(targetGroup.seen.id) };
  const on = (
    key: string,
    rule: Pick<AlarmRule, 'metric' | 'statistic' | 'threshold' | 'below'>,
    dimensionsOf: () => AlarmRule['dimensions'] | undefined,
    description: string,
  ) =>
    alarm(context, {
      key,
      description,
      needs,
      rule: () => {
        const dimensions = dimensionsOf();
        return dimensions && { ...fixed, ...rule, dimensions };
      },
    });
  return [
    on(
      'alarmunhealthy',
      // Counts all zones together. AWS sends it only while a host is registered, so missing data also means no host.
      { metric: 'HealthyHostCount', statistic: 'Maximum', threshold: 1, below: true },
      ofTargets,
      'The load balancer has no healthy host. Run `npm run status`, then read the log groups.',
    ),
    on(
      'alarmerrors',
      { metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', threshold: 10 },
      ofTargets,
      'The host sends more than ten 5xx responses a minute. Read the log group of the api.',
    ),
    on(
      'alarmbalancer',
      { metric: 'HTTPCode_ELB_5XX_Count', statistic: 'Sum', threshold: 10 },
      ofBalancer,
      'The load balancer sends more than ten 5xx responses a minute that are not from the host. Run `npm run status`.',
    ),
  ];
}

function hostAlarm(context: Context, { host }: Watched): Resource<Alarm> {
  return alarm(context, {
    key: 'alarmcpu',
    description:
      "The host's CPU has been above 90 % for 15 minutes. Choose a larger --type, or upload fewer pictures at a time.",
    needs: [host],
    rule: () =>
      host.seen && {
        namespace: 'AWS/EC2',
        metric: 'CPUUtilization',
        dimensions: { InstanceId: host.seen.id },
        statistic: 'Average',
        threshold: 90,
        minutes: 15,
        // EC2's basic monitoring, which is free of charge, sends it every five minutes.
        periodSeconds: 300,
      },
  });
}

/** Alarms on the metrics that the host sends (provision/host/monitor.mjs). */
function monitorAlarms(context: Context): Resource<Alarm>[] {
  const fixed = {
    namespace: nameOf(context.stack, 'metrics'),
    dimensions: {},
    statistic: 'Maximum' as const,
    periodSeconds: 60 as const,
  };
  const on = (key: string, rule: Pick<AlarmRule, 'metric' | 'threshold' | 'minutes'>, description: string) =>
    alarm(context, { key, description, needs: [], rule: () => ({ ...fixed, ...rule }) });
  return [
    on(
      'alarmmemory',
      { metric: 'MemoryUsed', threshold: 90, minutes: 10 },
      'The host uses more than 90 % of its memory. Choose a larger --type, or upload fewer pictures at a time.',
    ),
    on(
      'alarmdisk',
      { metric: 'DiskUsed', threshold: 80, minutes: 5 },
      'A disk of the host is more than 80 % full. Run `df -h` on the host to see which one.',
    ),
    on(
      'alarmqueue',
      { metric: 'QueuedJobs', threshold: 1000, minutes: 15 },
      'The backlog has been above 1,000 jobs for 15 minutes. Choose a larger --type.',
    ),
    on(
      'alarmfailed',
      { metric: 'FailedPictures', threshold: 0, minutes: 5 },
      'Pictures have failed in each of the last five minutes. Read the log group of the worker.',
    ),
  ];
}

function brokerAlarms(context: Context, { redis }: Watched): Resource<Alarm>[] {
  // The only node of the group. AWS numbers the nodes.
  const dimensions = { CacheClusterId: `${nameOf(context.stack, 'redis')}-001` };
  const fixed = {
    namespace: 'AWS/ElastiCache',
    dimensions,
    statistic: 'Maximum' as const,
    minutes: 5,
    periodSeconds: 60 as const,
  };
  return [
    alarm(context, {
      key: 'alarmredismemory',
      description:
        'Redis uses more than 80 % of its memory. New uploads wait once it is full. Choose a larger --cache-type.',
      needs: [redis],
      rule: () => ({ ...fixed, metric: 'DatabaseMemoryUsagePercentage', threshold: 80 }),
    }),
    alarm(context, {
      key: 'alarmevictions',
      description:
        'Redis evicts jobs: its maxmemory-policy is no longer noeviction. Run `npm run provision`.',
      needs: [redis],
      rule: () => ({ ...fixed, metric: 'Evictions', threshold: 0 }),
    }),
  ];
}
