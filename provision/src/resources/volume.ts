import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  ModifyVolumeCommand,
  type Volume as AwsVolume,
} from '@aws-sdk/client-ec2';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { clientToken } from '../engine/generation.js';
import { theOnlyOne } from '../engine/ownership.js';
import { defineResource, type Difference, type Resource } from '../engine/resource.js';
import { RESOURCE_TAG, STACK_TAG, nameOf, tagList } from '../stack.js';

export interface Volume {
  id: string;
  /** AWS's word: `creating`, `available`, `in-use`, `deleting`. */
  state: string;
  /** The zone it is bound to, and the host with it. */
  zone: string;
  sizeGib: number;
  type: string | undefined;
}

const KEY = 'data';

/** The disk of PostgreSQL. It outlives every host, which is why it decides in which zone the host stands. */
export function dataVolume(context: Context): Resource<Volume> {
  const { stack, settings, aws } = context;
  return defineResource<Volume>({
    key: KEY,
    kind: 'EBS volume',
    name: nameOf(stack, KEY),
    costs: [{ item: 'ebs-gp3', quantity: settings.dataGib }],
    data: 'the database: titles, captions, tags and what pictures there are',
    find: async () =>
      theOnlyOne(
        KEY,
        (await findVolumes(context)).filter(({ state }) => state !== 'deleted'),
      ),
    create: () => create(context),
    differences: (found) => differences(context, found),
    pending: ({ state }) => (state === 'creating' ? 'is being created' : undefined),
    leaving: ({ state }) => state === 'deleting',
    destroy: ({ id }) => aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id })),
    describe: ({ id, sizeGib, zone }) => `${id} (${sizeGib} GiB in ${zone})`,
  });
}

async function findVolumes({ aws, stack }: Context): Promise<Volume[]> {
  const { Volumes = [] } = await aws.ec2.send(
    new DescribeVolumesCommand({
      Filters: [
        { Name: `tag:${STACK_TAG}`, Values: [stack.name] },
        { Name: `tag:${RESOURCE_TAG}`, Values: [KEY] },
      ],
    }),
  );
  return Volumes.map(facts);
}

function facts(volume: AwsVolume): Volume {
  return {
    id: volume.VolumeId ?? '',
    state: volume.State ?? 'creating',
    zone: volume.AvailabilityZone ?? '',
    sizeGib: volume.Size ?? 0,
    type: volume.VolumeType,
  };
}

async function create(context: Context): Promise<void> {
  const { aws, stack, settings, network } = context;
  const gone = (await findVolumes(context)).map(({ id }) => id);
  await aws.ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: network.subnets[0]?.zone,
      Size: settings.dataGib,
      VolumeType: 'gp3',
      Encrypted: true,
      ClientToken: clientToken(stack.name, KEY, context.runId, ...gone),
      TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(stack, KEY) }],
    }),
  );
}

function differences({ aws, settings }: Context, { id, sizeGib, type }: Volume): Difference[] {
  // A volume grows and never shrinks; what somebody made larger is left so.
  const wanted = Math.max(sizeGib, settings.dataGib);
  return [
    ...differing('size in GiB', sizeGib, wanted, () =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: id, Size: wanted })),
    ),
    ...differing('type', type, 'gp3', () =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: id, VolumeType: 'gp3' })),
    ),
  ];
}
