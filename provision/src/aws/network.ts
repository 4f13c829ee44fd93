import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import type { Permissions } from '../engine/kind.js';
import { ProvisionFault } from '../errors.js';
import type { Aws } from './clients.js';

export interface Network {
  readonly vpcId: string;
  /** The default subnet of each zone: first the zones that offer the host's type, then the others. */
  readonly subnets: readonly Subnet[];
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
}

export const NETWORK_PERMISSIONS: Permissions = {
  making: ['ec2:DescribeInstanceTypeOfferings', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
};

/** For commands that only read or delete. */
export const NO_NETWORK: Network = { vpcId: '', subnets: [] };

/**
 * Looks up the default VPC of the region. Stacks of the profile `demo` use it and never change it.
 *
 * @throws ProvisionFault `unfit` when it is missing, has fewer than two zones, or no zone offers the host's type
 */
export async function findNetwork({ ec2, region }: Aws, instanceType: string): Promise<Network> {
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  const vpcId = Vpcs[0]?.VpcId;
  if (vpcId === undefined) {
    throw new ProvisionFault(
      'unfit',
      `${region} has no default VPC. Create one with \`aws ec2 create-default-vpc --region ${region}\`.`,
    );
  }
  const [subnets, offering] = await Promise.all([subnetsOf(ec2, vpcId), zonesOffering(ec2, instanceType)]);
  if (subnets.length < 2) {
    throw new ProvisionFault(
      'unfit',
      `A load balancer needs default subnets in two zones, but ${vpcId} has ${subnets.length}. ` +
        'Create one with `aws ec2 create-default-subnet --availability-zone …`.',
    );
  }
  const hosting = subnets.filter(({ zone }) => offering.has(zone));
  if (hosting.length === 0) {
    throw new ProvisionFault('unfit', `No zone of ${region} offers ${instanceType}. Choose another --type.`);
  }
  return { vpcId, subnets: [...hosting, ...subnets.filter((subnet) => !hosting.includes(subnet))] };
}

async function subnetsOf(ec2: Aws['ec2'], vpcId: string): Promise<Subnet[]> {
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'default-for-az', Values: ['true'] },
      ],
    }),
  );
  return Subnets.map(({ SubnetId = '', AvailabilityZone = '' }) => ({
    id: SubnetId,
    zone: AvailabilityZone,
  })).toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
}

async function zonesOffering(ec2: Aws['ec2'], instanceType: string): Promise<Set<string>> {
  const { InstanceTypeOfferings = [] } = await ec2.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [{ Name: 'instance-type', Values: [instanceType] }],
    }),
  );
  return new Set(InstanceTypeOfferings.map(({ Location = '' }) => Location));
}
