import {
  DescribeInstanceTypesCommand,
  paginateDescribeInstances,
  type _InstanceType,
} from '@aws-sdk/client-ec2';
import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateDescribeCacheClusters } from '@aws-sdk/client-elasticache';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { isAwsError } from '../aws/aws-errors.js';
import type { Aws } from '../aws/clients.js';
import type { Context } from '../context.js';
import type { Resource } from '../engine/resource.js';
import { HOST_KEY } from '../resources/host/host-state.js';
import { LOAD_BALANCER_KEY } from '../resources/load-balancer/load-balancer.js';

interface Quota {
  ServiceCode: string;
  QuotaCode: string;
  /** In AWS's words. */
  name: string;
  /** Of the resource that takes some of it when it is made. */
  key: string;
  used: (aws: Aws) => Promise<number>;
  needed: (context: Context) => Promise<number>;
}

/** Those of a new account that a stack can come up against. */
const QUOTAS: readonly Quota[] = [
  {
    ServiceCode: 'ec2',
    QuotaCode: 'L-1216C47A',
    name: 'vCPUs of running On-Demand Standard instances',
    key: HOST_KEY,
    used: runningCpus,
    needed: cpusOfHost,
  },
  {
    ServiceCode: 'elasticloadbalancing',
    QuotaCode: 'L-53DA6B97',
    name: 'Application Load Balancers per Region',
    key: LOAD_BALANCER_KEY,
    used: async ({ elasticloadbalancing: client }) => {
      let count = 0;
      for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
        count += LoadBalancers.filter(({ Type }) => Type === 'application').length;
      }
      return count;
    },
    needed: () => Promise.resolve(1),
  },
  {
    ServiceCode: 'elasticache',
    QuotaCode: 'L-DFE45DF3',
    name: 'ElastiCache nodes per Region',
    key: 'redis',
    used: async ({ elasticache: client }) => {
      let count = 0;
      for await (const { CacheClusters = [] } of paginateDescribeCacheClusters({ client }, {})) {
        count += CacheClusters.reduce((sum, { NumCacheNodes = 0 }) => sum + NumCacheNodes, 0);
      }
      return count;
    },
    needed: () => Promise.resolve(1),
  },
];

/** The families that share the quota of "Standard" instances. */
const STANDARD = /^[acdhimrtz]/;

async function runningCpus({ ec2: client }: Aws): Promise<number> {
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  let cpus = 0;
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
    for (const { InstanceType = '', CpuOptions } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (STANDARD.test(InstanceType))
        cpus += (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1);
    }
  }
  return cpus;
}

async function cpusOfHost({ aws, settings: { instanceType } }: Context): Promise<number> {
  if (!STANDARD.test(instanceType)) return 0;
  const { InstanceTypes } = await aws.ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as _InstanceType] }),
  );
  return InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus ?? 1;
}

/**
 * Compares what is about to be made with the account's quotas.
 *
 * @param resources - as the last look found them
 * @returns a sentence for each quota that is too small; one that cannot be read says nothing
 */
export async function shortQuotas(context: Context, resources: readonly Resource[]): Promise<string[]> {
  const made = new Set(
    resources.filter(({ wanted, seen }) => wanted && seen === undefined).map(({ key }) => key),
  );
  const sentences = await Promise.all(
    QUOTAS.filter(({ key }) => made.has(key)).map((quota) => shortfall(context, quota).catch(passAwsError)),
  );
  return sentences.filter((one) => one !== undefined);
}

/** A quota that may not be read, or is not known in this region, ends no run. */
function passAwsError(error: unknown): undefined {
  if (!isAwsError(error)) throw error;
}

async function shortfall(context: Context, quota: Quota): Promise<string | undefined> {
  const { QuotaCode, name } = quota;
  const [limit, used, needed] = await Promise.all([
    limitOf(context.aws, quota),
    quota.used(context.aws),
    quota.needed(context),
  ]);
  if (limit === undefined || used + needed <= limit) return undefined;
  return `${name} (${QuotaCode}): ${limit}, of which ${used} are used and ${needed} more are needed`;
}

/** The account's own, or AWS's default where nobody has changed it. */
async function limitOf(
  { servicequotas }: Aws,
  { ServiceCode, QuotaCode }: Quota,
): Promise<number | undefined> {
  try {
    const { Quota: own } = await servicequotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return own?.Value;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchResourceException')) throw error;
    const answer = await servicequotas.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return answer.Quota?.Value;
  }
}
