import { namePrefix } from './stack.js';

type Actions = Readonly<Record<string, readonly string[]>>;

/** What making a stack and removing it calls; a test holds it to that, both ways. */
export const MAKING: Actions = {
  cloudwatch: [
    'DeleteAlarms',
    'DeleteDashboards',
    'DescribeAlarms',
    'GetDashboard',
    'ListDashboards',
    'ListTagsForResource',
    'PutDashboard',
    'PutMetricAlarm',
    'TagResource',
  ],
  ec2: [
    'AttachVolume',
    'AuthorizeSecurityGroupIngress',
    'CreateSecurityGroup',
    'CreateTags',
    'CreateVolume',
    'DeleteSecurityGroup',
    'DeleteVolume',
    'DescribeInstanceTypeOfferings',
    'DescribeInstanceTypes',
    'DescribeInstances',
    'DescribeNetworkInterfaces',
    'DescribeSecurityGroupRules',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVolumes',
    'DescribeVpcs',
    'ModifyInstanceAttribute',
    'RunInstances',
    'TerminateInstances',
  ],
  elasticache: [
    'AddTagsToResource',
    'CreateCacheParameterGroup',
    'CreateCacheSubnetGroup',
    'CreateReplicationGroup',
    'DeleteCacheParameterGroup',
    'DeleteCacheSubnetGroup',
    'DeleteReplicationGroup',
    'DescribeCacheClusters',
    'DescribeCacheParameterGroups',
    'DescribeCacheParameters',
    'DescribeCacheSubnetGroups',
    'DescribeReplicationGroups',
    'ListTagsForResource',
    'ModifyCacheParameterGroup',
  ],
  elasticloadbalancing: [
    'AddTags',
    'CreateListener',
    'CreateLoadBalancer',
    'CreateTargetGroup',
    'DeleteListener',
    'DeleteLoadBalancer',
    'DeleteTargetGroup',
    'DescribeListeners',
    'DescribeLoadBalancerAttributes',
    'DescribeLoadBalancers',
    'DescribeTags',
    'DescribeTargetGroupAttributes',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
    'ModifyLoadBalancerAttributes',
    'ModifyTargetGroupAttributes',
    'RegisterTargets',
  ],
  iam: [
    'AddRoleToInstanceProfile',
    'CreateInstanceProfile',
    'CreateRole',
    'DeleteInstanceProfile',
    'DeleteRole',
    'DeleteRolePolicy',
    'GetInstanceProfile',
    'GetRole',
    'GetRolePolicy',
    'ListAttachedRolePolicies',
    'ListInstanceProfiles',
    'ListRolePolicies',
    'ListRoles',
    'PassRole',
    'PutRolePolicy',
    'RemoveRoleFromInstanceProfile',
    'SimulatePrincipalPolicy',
    'TagInstanceProfile',
    'TagRole',
  ],
  logs: [
    'CreateLogGroup',
    'DeleteLogGroup',
    'DescribeLogGroups',
    'ListTagsForResource',
    'PutRetentionPolicy',
    'TagResource',
  ],
  s3: [
    'CreateBucket',
    'DeleteBucket',
    'DeleteBucketPolicy',
    'DeleteObject',
    'GetBucketCORS',
    'GetBucketOwnershipControls',
    'GetBucketPolicy',
    'GetBucketPublicAccessBlock',
    'GetBucketTagging',
    'GetBucketVersioning',
    'GetEncryptionConfiguration',
    'GetLifecycleConfiguration',
    'GetObject',
    'ListAllMyBuckets',
    'ListBucket',
    'ListBucketMultipartUploads',
    'ListBucketVersions',
    'PutBucketOwnershipControls',
    'PutBucketPolicy',
    'PutLifecycleConfiguration',
    'PutObject',
    'TagResource',
  ],
  secretsmanager: [
    'CreateSecret',
    'DeleteSecret',
    'DescribeSecret',
    'GetSecretValue',
    'ListSecrets',
    'TagResource',
  ],
  servicequotas: ['GetServiceQuota'],
  ssm: [
    'AddTagsToResource',
    'DeleteParameter',
    'DescribeParameters',
    'GetCommandInvocation',
    'GetParameter',
    'PutParameter',
    'SendCommand',
  ],
  sts: ['GetCallerIdentity'],
};

/**
 * What only some runs call: other settings than before, what was changed by hand, what nobody finished, and the roles that
 * AWS makes for a service the first time an account uses it. The Service Authorization Reference has the network interfaces
 * of a replication group as dependent actions of making, changing and deleting it; ElastiCache's own role, where it is
 * there, makes and deletes them without the caller.
 */
const REPAIRING: Actions = {
  ec2: [
    'AssociateIamInstanceProfile',
    'AuthorizeSecurityGroupEgress',
    'CreateNetworkInterface',
    'DeleteNetworkInterface',
    'DescribeIamInstanceProfileAssociations',
    'DetachVolume',
    'DisassociateIamInstanceProfile',
    'GetConsoleOutput',
    'ModifyInstanceMetadataOptions',
    'ModifyVolume',
    'RevokeSecurityGroupEgress',
    'RevokeSecurityGroupIngress',
    'StartInstances',
    'StopInstances',
  ],
  elasticache: ['ModifyCacheSubnetGroup', 'ModifyReplicationGroup'],
  elasticloadbalancing: [
    'DeregisterTargets',
    'ModifyListener',
    'ModifyTargetGroup',
    'SetSecurityGroups',
    'SetSubnets',
  ],
  iam: ['CreateServiceLinkedRole', 'DetachRolePolicy', 'UpdateAssumeRolePolicy'],
  s3: [
    'AbortMultipartUpload',
    'DeleteObjectVersion',
    'PutBucketCORS',
    'PutBucketPublicAccessBlock',
    'PutBucketTagging',
    'PutBucketVersioning',
    'PutEncryptionConfiguration',
  ],
  secretsmanager: ['RestoreSecret'],
  servicequotas: ['GetAWSDefaultServiceQuota'],
  ssm: ['ListTagsForResource'],
};

/**
 * What no code here calls and AWS asks for on the way: Elastic Load Balancing looks at the account's network as the caller
 * when it makes a load balancer, and is refused with `not authorized to perform: ec2:DescribeAccountAttributes`.
 */
export const INDIRECT: Actions = {
  ec2: ['DescribeAccountAttributes', 'DescribeAddresses', 'DescribeInternetGateways'],
};

/** What can be limited to the names of a stack, by service; all else can be limited to a region at most. */
const RESOURCES: Readonly<Record<string, (prefix: string) => readonly string[]>> = {
  iam: (prefix) => [
    `arn:aws:iam::*:role/${prefix}*`,
    `arn:aws:iam::*:instance-profile/${prefix}*`,
    'arn:aws:iam::*:role/aws-service-role/*',
  ],
  s3: (prefix) => [`arn:aws:s3:::${prefix}*`],
  secretsmanager: (prefix) => [`arn:aws:secretsmanager:*:*:secret:${prefix}*`],
  logs: (prefix) => [`arn:aws:logs:*:*:log-group:${prefix}*`],
};

/** Calls that list or look across names: they take no resource. */
const WITHOUT_RESOURCE: ReadonlySet<string> = new Set([
  'iam:ListRoles',
  'iam:ListInstanceProfiles',
  // Of whoever runs it, which the policy cannot name.
  'iam:SimulatePrincipalPolicy',
  's3:ListAllMyBuckets',
  'secretsmanager:ListSecrets',
  'logs:DescribeLogGroups',
]);

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: readonly string[];
}

/**
 * The least policy with which a person can make, look at and remove a stack.
 *
 * @param stack - its name; the policy fits every account and region
 */
export function operatorPolicy(stack: string): { Version: string; Statement: Statement[] } {
  const prefix = namePrefix({ name: stack });
  const parts = [MAKING, REPAIRING, INDIRECT];
  const services = [...new Set(parts.flatMap((part) => Object.keys(part)))].toSorted();
  const named = (service: string) =>
    parts.flatMap((part) => part[service] ?? []).map((action) => `${service}:${action}`);
  const statements = services.flatMap((service): Statement[] => {
    const scoped = RESOURCES[service];
    const actions = named(service).filter((action) => scoped !== undefined && !WITHOUT_RESOURCE.has(action));
    if (scoped === undefined || actions.length === 0) return [];
    return [{ Sid: service, Effect: 'Allow', Action: actions.toSorted(), Resource: scoped(prefix) }];
  });
  const rest = services
    .flatMap(named)
    .filter((action) => RESOURCES[action.split(':')[0] ?? ''] === undefined || WITHOUT_RESOURCE.has(action));
  return {
    Version: '2012-10-17',
    Statement: [...statements, { Sid: 'rest', Effect: 'Allow', Action: rest.toSorted(), Resource: ['*'] }],
  };
}
