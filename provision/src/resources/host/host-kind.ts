import { paginateDescribeInstances, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import { readPages, type Kind } from '../../engine/kind.js';
import { stackFilter } from '../find-tagged.js';

export const HOST: Kind = {
  name: 'EC2 instance',
  making: [
    'ec2:CreateTags',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:ModifyInstanceAttribute',
    'ec2:RunInstances',
    'ec2:TerminateInstances',
    // RunInstances passes the role to the instance.
    'iam:PassRole',
    'ssm:GetCommandInvocation',
    'ssm:GetParameter',
    'ssm:SendCommand',
  ],
  repairing: [
    'ec2:AssociateIamInstanceProfile',
    'ec2:DescribeIamInstanceProfileAssociations',
    'ec2:DisassociateIamInstanceProfile',
    'ec2:GetConsoleOutput',
    'ec2:ModifyInstanceMetadataOptions',
    'ec2:ModifyVolume',
    'ec2:StartInstances',
    'ec2:StopInstances',
  ],
  search: async ({ ec2: client }, stack) => {
    const pages = paginateDescribeInstances({ client }, { Filters: stackFilter(stack) });
    const reservations = await readPages(pages, (page) => page.Reservations);
    return reservations
      .flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== 'terminated')
      .map(({ InstanceId, InstanceType = '' }) => ({
        id: InstanceId,
        costs: [{ item: InstanceType }, { item: 'public-ipv4' }],
      }));
  },
};

/** AWS creates a network interface with the host. It has the stack's tag and can outlive the host. */
export const NETWORK_INTERFACE: Kind = {
  name: 'network interface',
  making: ['ec2:DescribeNetworkInterfaces'],
  search: ({ ec2: client }, stack) =>
    readPages(paginateDescribeNetworkInterfaces({ client }, { Filters: stackFilter(stack) }), (page) =>
      page.NetworkInterfaces?.map(({ NetworkInterfaceId }) => ({ id: NetworkInterfaceId })),
    ),
};
