import {
  DescribeInstanceTypesCommand,
  paginateDescribeInstances,
  type _InstanceType,
} from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { readPages } from '../../engine/kind.js';
import type { Quota } from '../../engine/resource.js';

/** The families that share the quota of "Standard" instances. */
const STANDARD = /^[acdhimrtz]/;

/** The quota that the host counts against. New accounts may run only a few vCPUs. */
export function hostQuota(context: Context): Quota {
  return {
    ServiceCode: 'ec2',
    QuotaCode: 'L-1216C47A',
    name: 'vCPUs of running On-Demand Standard instances',
    used: () => runningCpus(context),
    needed: () => cpusOfHost(context),
  };
}

async function runningCpus({ aws: { ec2: client } }: Context): Promise<number> {
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  const pages = paginateDescribeInstances({ client }, { Filters });
  const reservations = await readPages(pages, (page) => page.Reservations);
  return reservations
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ InstanceType = '' }) => STANDARD.test(InstanceType))
    .reduce(
      (sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1),
      0,
    );
}

async function cpusOfHost({ aws, settings: { instanceType } }: Context): Promise<number> {
  if (!STANDARD.test(instanceType)) return 0;
  const { InstanceTypes } = await aws.ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as _InstanceType] }),
  );
  return InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus ?? 1;
}
