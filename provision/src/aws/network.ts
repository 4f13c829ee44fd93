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
  /** The default subnet of each zone, in the order of the zones; the host's type is offered in the first. */
  readonly subnets: readonly Subnet[];
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
}

export const NETWORK_PERMISSIONS: Permissions = {
  making: ['ec2:DescribeInstanceTypeOfferings', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
};

/** For commands that only look or delete. */
export const NO_NETWORK: Network = { vpcId: '', subnets: [] };

/**
 * Looks up the region's default VPC, which stacks of the profile `demo` live in and never change.
 *
 * @throws ProvisionFault `unfit` when there is none, it spans one zone alone, or no zone offers the host's type
 */
export async function findNetwork({ ec2, region }: Aws, instanceType: string): Promise<Network> {
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  const vpcId = Vpcs[0]?.VpcId;
  if (vpcId === undefined) {
    throw new ProvisionFault(
      'unfit',
      `${region} has no default VPC. \`aws ec2 create-default-vpc --region ${region}\` makes one.`,
    );
  }
  const [subnets, offering] = await Promise.all([subnetsOf(ec2, vpcId), zonesOffering(ec2, instanceType)]);
  if (subnets.length < 2) {
    throw new ProvisionFault(
      'unfit',
      `A load balancer needs default subnets in two zones; ${vpcId} has ${subnets.length}. ` +
        '`aws ec2 create-default-subnet --availability-zone …` makes one.',
    );
  }
  const hosting = subnets.filter(({ zone }) => offering.has(zone));
  if (hosting.length === 0) {
    throw new ProvisionFault('unfit', `No zone of ${region} offers ${instanceType}: choose another --type.`);
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
