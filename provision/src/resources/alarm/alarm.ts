import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  paginateDescribeAlarms,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { Context } from '../../context.js';
import { canonical, differing } from '../../engine/differing.js';
import { readPages, searchByName, type Kind } from '../../engine/kind.js';
import { assertOurs, tagDifferences } from '../../engine/ownership.js';
import {
  defineResource,
  type Cost,
  type Difference,
  type Price,
  type Resource,
} from '../../engine/resource.js';
import { nameOf, readTags, tagList } from '../../stack.js';

export interface Alarm {
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  state: string;
  /** When it entered that state, ISO 8601. */
  since: string | undefined;
  /** Shown to a person when the alarm fires. */
  description: string;
  rule: AlarmRule;
  /** As AWS reports what `direction` sets. */
  direction: { ComparisonOperator: string | undefined; TreatMissingData: string | undefined };
  arn: string;
  tags: Record<string, string>;
}

/** When an alarm fires. */
export interface AlarmRule {
  namespace: string;
  metric: string;
  /** The dimensions of the metric, by name. */
  dimensions: Readonly<Record<string, string>>;
  statistic: 'Average' | 'Maximum' | 'Sum';
  /** The alarm fires when the statistic is above this value. */
  threshold: number;
  /** Fires below the threshold instead. */
  below?: true;
  /** How long the statistic must be past the threshold. */
  minutes: number;
  /** The interval of the metric. With a shorter period the minutes between count as missing, and it never fires. */
  periodSeconds: 60 | 300;
}

/** Missing data fires only an alarm with `below`: an absent object sends nothing. */
function direction({ below }: AlarmRule) {
  return below === true
    ? ({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' } as const)
    : ({ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' } as const);
}

export interface AlarmOptions {
  key: string;
  /** Shown to a person when the alarm fires: what is wrong, and what to do. */
  description: string;
  needs: readonly Resource[];
  /** Called when its needs exist; undefined until then. */
  rule: () => AlarmRule | undefined;
}

const PRICE: Price = { price: 0.1, per: 'month', source: 'from memory', certain: false };
const COSTS: readonly Cost[] = [{ item: PRICE }];

export const ALARM: Kind = {
  name: 'alarm',
  making: [
    'cloudwatch:DeleteAlarms',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:ListTagsForResource',
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:TagResource',
  ],
  search: searchByName(({ cloudwatch: client }, AlarmNamePrefix) =>
    readPages(paginateDescribeAlarms({ client }, { AlarmNamePrefix }), (page) =>
      page.MetricAlarms?.map(({ AlarmName }) => ({ id: AlarmName, costs: COSTS })),
    ),
  ),
};

/** An alarm that shows in CloudWatch, where a person or a subscription sees it. */
export function alarm(context: Context, { key, description, needs, rule }: AlarmOptions): Resource<Alarm> {
  const { stack, aws } = context;
  const AlarmName = nameOf(stack, key);
  const put = () => {
    const wanted = rule();
    if (wanted === undefined) throw new Error(`${key}: the object that it watches does not exist yet`);
    const Tags = tagList(stack, key);
    return aws.cloudwatch.send(
      new PutMetricAlarmCommand({ AlarmName, AlarmDescription: description, Tags, ...input(wanted) }),
    );
  };
  return defineResource<Alarm>({
    key,
    kind: ALARM.name,
    name: AlarmName,
    needs,
    costs: COSTS,
    find: () => findAlarm(context, key),
    create: put,
    differences: (found) => [
      ...ruleDifferences(found, rule(), put),
      ...differing('description', found.description, description, put),
      ...tagDifferences(stack, key, found.tags, (Tags) =>
        aws.cloudwatch.send(new TagResourceCommand({ ResourceARN: found.arn, Tags })),
      ),
    ],
    destroy: () => aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
    describe: ({ state }) => `${AlarmName} (${state})`,
  });
}

function ruleDifferences(
  found: Alarm,
  wanted: AlarmRule | undefined,
  put: () => Promise<unknown>,
): Difference[] {
  const from = canonical({ ...found.rule, ...found.direction });
  const to = wanted === undefined ? '(for the new objects)' : canonical({ ...wanted, ...direction(wanted) });
  return from === to ? [] : [{ field: 'rule', from, to, apply: put }];
}

function input(rule: AlarmRule) {
  const { namespace, metric, dimensions, statistic, threshold, minutes, periodSeconds } = rule;
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: statistic,
    Threshold: threshold,
    Period: periodSeconds,
    EvaluationPeriods: (minutes * 60) / periodSeconds,
    ...direction(rule),
  };
}

async function findAlarm({ aws, stack }: Context, key: string): Promise<Alarm | undefined> {
  const { MetricAlarms } = await aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [nameOf(stack, key)] }),
  );
  const found = MetricAlarms?.[0];
  if (found === undefined) return undefined;
  const { Tags } = await aws.cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn }));
  const arn = found.AlarmArn ?? '';
  const tags = readTags(Tags);
  assertOurs(stack, key, { id: arn, tags });
  return {
    arn,
    tags,
    state: found.StateValue ?? 'INSUFFICIENT_DATA',
    since: found.StateUpdatedTimestamp?.toISOString(),
    description: found.AlarmDescription ?? '',
    rule: parseRule(found),
    direction: { ComparisonOperator: found.ComparisonOperator, TreatMissingData: found.TreatMissingData },
  };
}

function parseRule(found: MetricAlarm): AlarmRule {
  const { Period = 60, EvaluationPeriods = 0 } = found;
  return {
    namespace: found.Namespace ?? '',
    metric: found.MetricName ?? '',
    dimensions: Object.fromEntries(
      (found.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
    ),
    statistic: found.Statistic as AlarmRule['statistic'],
    threshold: found.Threshold ?? 0,
    ...(found.ComparisonOperator === 'LessThanThreshold' && { below: true }),
    minutes: (EvaluationPeriods * Period) / 60,
    periodSeconds: Period as AlarmRule['periodSeconds'],
  };
}
