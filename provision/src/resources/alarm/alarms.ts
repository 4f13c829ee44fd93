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

/** CloudWatch names load balancers and target groups by the end of their ARN. */
export const endOf = (arn: string) => arn.replace(/^.*:(loadbalancer\/)?/, '');

/** What a person has to know of a stack. */
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
  const ofBalancer = () => loadBalancer.seen && { LoadBalancer: endOf(loadBalancer.seen.id) };
  const ofTargets = () =>
    loadBalancer.seen && targetGroup.seen && { ...ofBalancer(), TargetGroup: endOf(targetGroup.seen.id) };
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
      // Of all zones together. It comes only while a host is registered: for want of it, too, nobody answers.
      { metric: 'HealthyHostCount', statistic: 'Maximum', threshold: 1, below: true },
      ofTargets,
      'The load balancer finds no host ready: npm run status, then the log groups.',
    ),
    on(
      'alarmerrors',
      { metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', threshold: 10 },
      ofTargets,
      'More than ten answers a minute are 5xx: the log group of the api says which.',
    ),
    on(
      'alarmbalancer',
      { metric: 'HTTPCode_ELB_5XX_Count', statistic: 'Sum', threshold: 10 },
      ofBalancer,
      'More than ten answers a minute are 5xx of the load balancer itself, which the host did not answer: npm run status.',
    ),
  ];
}

function hostAlarm(context: Context, { host }: Watched): Resource<Alarm> {
  return alarm(context, {
    key: 'alarmcpu',
    description:
      'The host has been busy for a quarter of an hour: a larger --type, or fewer pictures at a time.',
    needs: [host],
    rule: () =>
      host.seen && {
        namespace: 'AWS/EC2',
        metric: 'CPUUtilization',
        dimensions: { InstanceId: host.seen.id },
        statistic: 'Average',
        threshold: 90,
        minutes: 15,
        // EC2's basic monitoring, which is free of charge, says it every five minutes.
        periodSeconds: 300,
      },
  });
}

/** On what the host measures of itself (provision/host/monitor.mjs). */
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
      'The host is short of memory: a larger --type, or fewer pictures at a time.',
    ),
    on(
      'alarmdisk',
      { metric: 'DiskUsed', threshold: 80, minutes: 5 },
      'A disk of the host is nearly full: `df -h` on the host says which.',
    ),
    on(
      'alarmqueue',
      { metric: 'QueuedJobs', threshold: 1000, minutes: 15 },
      'More pictures come than the worker gets done: a larger --type.',
    ),
    on(
      'alarmfailed',
      { metric: 'FailedPictures', threshold: 0, minutes: 5 },
      'Pictures have failed in each of the last five minutes: the log group of the worker says why.',
    ),
  ];
}

function brokerAlarms(context: Context, { redis }: Watched): Resource<Alarm>[] {
  // The one node of the group; AWS numbers them.
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
      description: 'The broker is nearly full; when it is, uploads are kept and wait: a larger --cache-type.',
      needs: [redis],
      rule: () => ({ ...fixed, metric: 'DatabaseMemoryUsagePercentage', threshold: 80 }),
    }),
    alarm(context, {
      key: 'alarmevictions',
      description: 'The broker throws jobs out: its maxmemory-policy is no longer noeviction; run provision.',
      needs: [redis],
      rule: () => ({ ...fixed, metric: 'Evictions', threshold: 0 }),
    }),
  ];
}
