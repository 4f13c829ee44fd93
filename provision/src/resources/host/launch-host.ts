import { createHash } from 'node:crypto';
import { RunInstancesCommand, type RunInstancesCommandInput, type _InstanceType } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Context } from '../../context.js';
import { makeOnce } from '../../engine/make-once.js';
import { getSeen } from '../../engine/resource.js';
import { ProvisionFault } from '../../errors.js';
import { tagList } from '../../stack.js';
import { HOST_KEY, ROOT_DEVICE, ROOT_GIB, SPEC_TAG, type HostNeeds } from './host-state.js';

/** Hops to the metadata service: containers need one more than the host. */
export const METADATA_HOPS = 2;

/** The name of the public parameter with the newest image of Ubuntu 24.04 LTS. */
function imageParameter(instanceType: string): string {
  const processor = isArm(instanceType) ? 'arm64' : 'amd64';
  return `/aws/service/canonical/ubuntu/server/24.04/stable/current/${processor}/hvm/ebs-gp3/ami-id`;
}

/** Types with AWS's own processors have a `g` after the generation: t4g, c7gn, x2gd. */
export function isArm(instanceType: string): boolean {
  return /^(a1|[a-z]+\d+g[a-z]*)\./.test(instanceType);
}

/** Hashes everything that cannot be changed on a running instance. A different hash replaces the host. */
export function hostSpec({ release }: Context): string {
  return createHash('sha256')
    .update(JSON.stringify([release?.userData, ROOT_GIB]))
    .digest('hex')
    .slice(0, 16);
}

export interface Launches {
  /** Terminated hosts of this stack that AWS still lists. */
  before: readonly { id: string }[];
  isThere: () => Promise<boolean>;
}

/** Launches the host in the zone of its data volume. */
export async function launchHost(
  context: Context,
  needs: HostNeeds,
  { before, isThere }: Launches,
): Promise<void> {
  const { aws, clock, settings, stack } = context;
  const Name = imageParameter(settings.instanceType);
  const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name }));
  const input = launchInput(context, needs, Parameter?.Value);
  await makeOnce({
    clock,
    parts: [stack.name, HOST_KEY, getSeen(needs.volume).id, ...before.map(({ id }) => id)],
    make: (ClientToken) => aws.ec2.send(new RunInstancesCommand({ ...input, ClientToken })),
    isThere,
  });
}

function launchInput(
  context: Context,
  needs: HostNeeds,
  ImageId: string | undefined,
): RunInstancesCommandInput {
  const { stack, settings } = context;
  const tags = [...tagList(stack, HOST_KEY), { Key: SPEC_TAG, Value: hostSpec(context) }];
  return {
    ImageId,
    InstanceType: settings.instanceType as _InstanceType,
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Arn: getSeen(needs.instanceProfile).arn },
    UserData: Buffer.from(context.release?.userData ?? '').toString('base64'),
    MetadataOptions: {
      HttpTokens: 'required',
      HttpPutResponseHopLimit: METADATA_HOPS,
      HttpEndpoint: 'enabled',
    },
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: getSubnet(context, getSeen(needs.volume).zone),
        Groups: [getSeen(needs.hostGroup).id],
        // The default VPC has no NAT gateway. The host needs this address to reach its packages and AWS.
        AssociatePublicIpAddress: true,
        DeleteOnTermination: true,
      },
    ],
    BlockDeviceMappings: [
      {
        DeviceName: ROOT_DEVICE,
        Ebs: { VolumeType: 'gp3', VolumeSize: ROOT_GIB, Encrypted: true, DeleteOnTermination: true },
      },
    ],
    // Volume and network interface have the stack's tags too, so that a search finds them if they are left over.
    TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: ResourceType === 'instance' ? tags : tagList(stack, `host${ResourceType}`),
    })),
  };
}

function getSubnet({ network, stack }: Context, zone: string): string {
  const subnet = network.subnets.find((one) => one.zone === zone);
  if (subnet !== undefined) return subnet.id;
  throw new ProvisionFault(
    'unfit',
    `The data of stack ${stack.name} is in ${zone}, where the default VPC no longer has a default subnet. ` +
      `Run \`aws ec2 create-default-subnet --availability-zone ${zone}\` to create one.`,
  );
}
