import { AwsFault } from '../wire/aws-fault.js';
import { treeAnswer, treeOf } from '../wire/answers.js';
import { listParam, textParam, type Answer, type Call } from '../wire/call.js';
import { child, elements, setText, textAt, toXml, withMembers, type XmlElement } from '../wire/xml.js';
import type { Rule, World } from '../world.js';

const ELB = 'elasticloadbalancing';

function find(
  tree: XmlElement,
  members: readonly string[],
  name: string,
  value: string,
): XmlElement | undefined {
  return withMembers(tree, members).find((one) => textAt(one, name) === value);
}

/** Answers like the creating call, with the object as it is now. */
function asCreated(call: Call, list: string, found: XmlElement): Answer {
  const result = { [list]: { member: found } };
  return treeAnswer(
    toXml(`${call.operation}Response`, { [`${call.operation}Result`]: result })[0] as XmlElement,
  );
}

async function sameLoadBalancer(call: Call, world: World): Promise<Answer | undefined> {
  const name = textParam(call, 'Name') ?? '';
  const tree = await world.moto.query(call, ELB, 'DescribeLoadBalancers');
  const found = find(tree, ['LoadBalancerArn', 'LoadBalancerName'], 'LoadBalancerName', name);
  if (found === undefined) return undefined;
  const subnets = withMembers(found, ['SubnetId']).map((zone) => textAt(zone, 'SubnetId'));
  const securityGroups = child(found, 'SecurityGroups');
  const groups = securityGroups ? elements(securityGroups).map((group) => textAt(group)) : [];
  const wantedGroups = listParam(call, 'SecurityGroups');
  const same =
    sameSet(subnets, listParam(call, 'Subnets')) &&
    // Without groups, it got the default group of the VPC.
    (wantedGroups.length === 0 || sameSet(groups, wantedGroups)) &&
    ['Scheme', 'Type'].every(
      (setting) => (textParam(call, setting) ?? textAt(found, setting)) === textAt(found, setting),
    );
  if (same) return asCreated(call, 'LoadBalancers', found);
  throw new AwsFault(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${name}' exists, but with different settings`,
  );
}

async function sameTargetGroup(call: Call, world: World): Promise<Answer | undefined> {
  const name = textParam(call, 'Name') ?? '';
  const tree = await world.moto.query(call, ELB, 'DescribeTargetGroups');
  const found = find(tree, ['TargetGroupArn', 'TargetGroupName'], 'TargetGroupName', name);
  if (found === undefined) return undefined;
  const settings = [
    'Protocol',
    'Port',
    'VpcId',
    'TargetType',
    'HealthCheckPath',
    'HealthCheckIntervalSeconds',
  ];
  const differs = settings.some((setting) => {
    const given = textParam(call, setting);
    return given !== undefined && given !== textAt(found, setting);
  });
  if (!differs) return asCreated(call, 'TargetGroups', found);
  throw new AwsFault(
    'DuplicateTargetGroupName',
    `A target group with the same name '${name}' exists, but with different settings`,
  );
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return new Set(one).size === new Set(other).size && one.every((item) => other.includes(item));
}

async function mustSpanTwoZones(call: Call, world: World): Promise<void> {
  const wanted = listParam(call, 'Subnets');
  const tree = await world.moto.query(call, 'ec2', 'DescribeSubnets');
  const zones = withMembers(tree, ['subnetId', 'availabilityZone'])
    .filter((subnet) => wanted.includes(textAt(subnet, 'subnetId')))
    .map((subnet) => textAt(subnet, 'availabilityZone'));
  if (textParam(call, 'Type') === 'network' || new Set(zones).size >= 2) return;
  throw new AwsFault(
    'ValidationError',
    'At least two subnets in two different Availability Zones must be specified',
  );
}

/** The health that `hosts` sets; a new target is `initial` for some polls. */
function writeHealth(call: Call, answer: Answer, world: World): Answer {
  const tree = treeOf(answer);
  if (!tree) return answer;
  const group = textParam(call, 'TargetGroupArn') ?? '';
  for (const row of withMembers(tree, ['Target', 'TargetHealth'])) {
    const id = textAt(row, 'Target', 'Id');
    const isNew = world.countdown(call, 'target initial').poll(`${group} ${id}`);
    const state = isNew ? 'initial' : world.hosts.targetState(id);
    const health = child(row, 'TargetHealth');
    if (!health || textAt(health, 'State') !== 'healthy') continue;
    setText(health, 'State', state);
    const reason = REASONS[state];
    if (reason === undefined) continue;
    setText(health, 'Reason', reason[0]);
    setText(health, 'Description', reason[1]);
  }
  return treeAnswer(tree);
}

/** Reason codes (SOURCES.md, S31). */
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  initial: ['Elb.InitialHealthChecking', 'Initial health checks in progress'],
  unhealthy: ['Target.FailedHealthChecks', 'Health checks failed'],
  draining: ['Target.DeregistrationInProgress', 'Target deregistration is in progress'],
};

export const LOAD_BALANCER_RULES: readonly Rule[] = [
  {
    name: 'CreateLoadBalancer: the same settings return the same one',
    source: 'S26',
    on: [`${ELB}:CreateLoadBalancer`],
    before: sameLoadBalancer,
  },
  {
    name: 'CreateLoadBalancer: two zones',
    source: 'S25',
    on: [`${ELB}:CreateLoadBalancer`],
    before: async (call, world) => {
      await mustSpanTwoZones(call, world);
      return undefined;
    },
  },
  {
    name: 'CreateTargetGroup: the same settings return the same one',
    source: 'S27',
    on: [`${ELB}:CreateTargetGroup`],
    before: sameTargetGroup,
  },
  {
    name: 'CreateListener: one for each port',
    source: 'S28',
    on: [`${ELB}:CreateListener`],
    before: async (call, world) => {
      const arn = textParam(call, 'LoadBalancerArn') ?? '';
      const tree = await world.moto
        .query(call, ELB, 'DescribeListeners', { LoadBalancerArn: arn })
        .catch(() => undefined);
      const port = textParam(call, 'Port') ?? '';
      if (tree === undefined || find(tree, ['ListenerArn', 'Port'], 'Port', port) === undefined)
        return undefined;
      throw new AwsFault(
        'DuplicateListener',
        'A listener already exists on this port for this load balancer',
      );
    },
  },
  {
    name: 'DeleteLoadBalancer: an absent one is not an error',
    source: 'S29',
    on: [`${ELB}:DeleteLoadBalancer`],
    after: (_, answer) =>
      answer.status >= 300 && answer.body.includes('LoadBalancerNotFound')
        ? treeAnswer(toXml('DeleteLoadBalancerResponse', { DeleteLoadBalancerResult: '' })[0] as XmlElement)
        : answer,
  },
  {
    name: 'RegisterTargets: initial for a while',
    source: 'S31',
    on: [`${ELB}:RegisterTargets`],
    after: (call, answer, world) => {
      const group = textParam(call, 'TargetGroupArn') ?? '';
      for (const [key, id] of Object.entries(call.params)) {
        if (!/^Targets\..*\.Id$/.test(key) || typeof id !== 'string') continue;
        world.countdown(call, 'target initial').start(`${group} ${id}`, world.pace.targetInitial);
      }
      return answer;
    },
  },
  {
    name: 'DescribeTargetHealth: the health that a test sets',
    source: 'S31',
    on: [`${ELB}:DescribeTargetHealth`],
    after: writeHealth,
  },
];
