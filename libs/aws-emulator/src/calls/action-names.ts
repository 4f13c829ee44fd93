import { listParam, textParam, type Call } from '../wire/call.js';

/** Service names in a signature's scope whose IAM prefix differs. */
export const IAM_PREFIXES: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  tagging: 'tag',
  events: 'events',
};

/** Operations that only read. */
const READS = /^(?:Describe|Get|List|Head|Lookup|Search|Simulate|BatchGet|Test|Validate)/;

export function isRead(operation: string): boolean {
  return READS.test(operation);
}

export interface ImpliedAction {
  readonly on: readonly string[];
  /** A parameter, or a prefix of its name, that makes the action needed. Always needed if absent. */
  readonly given?: string;
  readonly action: string;
}

/**
 * Permissions that a call needs in addition to its own: for tags, and for a role that it passes to a service.
 * Source: SOURCES.md, S6.
 */
const IMPLIED_ACTIONS: readonly ImpliedAction[] = [
  {
    on: ['ec2:RunInstances', 'ec2:CreateSecurityGroup', 'ec2:CreateVolume', 'ec2:AllocateAddress'],
    given: 'TagSpecification.',
    action: 'ec2:CreateTags',
  },
  {
    on: [
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:CreateLaunchTemplate',
      'ec2:CreateSnapshot',
    ],
    given: 'TagSpecification.',
    action: 'ec2:CreateTags',
  },
  { on: ['ec2:RunInstances'], given: 'IamInstanceProfile.', action: 'iam:PassRole' },
  { on: ['iam:AddRoleToInstanceProfile'], action: 'iam:PassRole' },
  { on: ['iam:CreateRole'], given: 'Tags.', action: 'iam:TagRole' },
  { on: ['iam:CreateInstanceProfile'], given: 'Tags.', action: 'iam:TagInstanceProfile' },
  {
    on: [
      'elasticache:CreateCacheCluster',
      'elasticache:CreateReplicationGroup',
      'elasticache:CreateCacheSubnetGroup',
      'elasticache:CreateCacheParameterGroup',
    ],
    given: 'Tags.',
    action: 'elasticache:AddTagsToResource',
  },
  {
    on: [
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:CreateListener',
      'elasticloadbalancing:CreateRule',
    ],
    given: 'Tags.',
    action: 'elasticloadbalancing:AddTags',
  },
  { on: ['secretsmanager:CreateSecret'], given: 'Tags', action: 'secretsmanager:TagResource' },
  { on: ['logs:CreateLogGroup'], given: 'tags', action: 'logs:TagResource' },
  { on: ['cloudwatch:PutMetricAlarm'], given: 'Tags', action: 'cloudwatch:TagResource' },
  { on: ['ssm:PutParameter'], given: 'Tags', action: 'ssm:AddTagsToResource' },
  { on: ['s3:CreateBucket'], given: 'Tags', action: 's3:TagResource' },
  { on: ['s3:CopyObject'], action: 's3:GetObject' },
];

/** All actions that IAM checks for a call, its own first. */
export function actionsOf(name: string, own: string, params: Record<string, unknown>): string[] {
  const implied = IMPLIED_ACTIONS.filter(
    ({ on, given }) =>
      on.includes(name) && (given === undefined || Object.keys(params).some((key) => key.startsWith(given))),
  );
  return [own, ...new Set(implied.map(({ action }) => action))];
}

type Placed = Pick<Call, 'service' | 'region' | 'account' | 'params'>;

/** The ARN of the resource that a call uses, by service; `*` if its request does not show it. */
const RESOURCES: Readonly<Record<string, (call: Placed) => string | undefined>> = {
  s3: ({ params }) => {
    const bucket = textParam({ params }, 'Bucket');
    const key = textParam({ params }, 'Key');
    return bucket && `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
  },
  secretsmanager: (call) => {
    const id = textParam(call, 'SecretId') ?? textParam(call, 'Name');
    // A secret's ARN ends with six random characters, which the caller does not know.
    return id?.startsWith('arn:') ? id : id && arn(call, `secret:${id}-AbCdEf`);
  },
  logs: (call) => {
    const group = textParam(call, 'logGroupName');
    return (
      group && arn(call, `log-group:${group}:${textParam(call, 'logStreamName') ? 'log-stream:*' : '*'}`)
    );
  },
  ssm: (call) => {
    const names = [textParam(call, 'Name') ?? '', ...listParam(call, 'Names')].filter((name) => name !== '');
    return names[0] && arn(call, `parameter/${names[0].replace(/^\//, '')}`);
  },
  iam: (call) => {
    const profile = textParam(call, 'InstanceProfileName');
    const role = textParam(call, 'RoleName');
    if (profile !== undefined) return `arn:aws:iam::${call.account}:instance-profile/${profile}`;
    return role && `arn:aws:iam::${call.account}:role/${role}`;
  },
};

function arn({ service, region, account }: Placed, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`;
}

export function resourceOf(call: Placed): string {
  return RESOURCES[call.service]?.(call) ?? '*';
}
