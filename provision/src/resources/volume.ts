import {
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  ModifyVolumeCommand,
  paginateDescribeVolumes,
  type Filter,
  type Volume as AwsVolume,
} from '@aws-sdk/client-ec2';
import type { Context } from '../context.js';
import { differing } from '../engine/differing.js';
import { readPages, type Kind } from '../engine/kind.js';
import { makeOnce } from '../engine/make-once.js';
import { tagDifferences } from '../engine/ownership.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, getSeen, type Cost, type Difference, type Resource } from '../engine/resource.js';
import { nameOf, readTags, tagList } from '../stack.js';
import { findTagged, stackFilter } from './find-tagged.js';
import type { Secret } from './secret.js';

export interface Volume {
  id: string;
  /** In AWS's words: `creating`, `available`, `in-use`, `deleting`. */
  state: string;
  /** The zone of the volume, and so of the host. */
  zone: string;
  sizeGib: number;
  type: string | undefined;
  tags: Record<string, string>;
}

const KEY = 'data';

const KIND: Kind = {
  name: 'EBS volume',
  making: ['ec2:CreateTags', 'ec2:CreateVolume', 'ec2:DeleteVolume', 'ec2:DescribeVolumes'],
  repairing: ['ec2:ModifyVolume'],
  // Includes the host's root disks, which have the stack's tag.
  search: ({ ec2: client }, stack) =>
    readPages(paginateDescribeVolumes({ client }, { Filters: stackFilter(stack) }), (page) =>
      page.Volumes?.map(({ VolumeId, Size = 0 }) => ({ id: VolumeId, costs: costsOf(Size) })),
    ),
};

export interface VolumeNeeds {
  /** Has the database's password. The database on the volume accepts no other. */
  secret: Resource<Secret>;
}

/** The disk of PostgreSQL. It outlives every host, so it fixes the host's zone. */
export const dataVolume = defineBlueprint(
  KIND,
  (context: Context, { secret }: VolumeNeeds): Resource<Volume> => {
    const { stack, settings, aws } = context;
    return defineResource<Volume>({
      key: KEY,
      kind: KIND.name,
      name: nameOf(stack, KEY),
      needs: [secret],
      costs: costsOf(settings.dataGib),
      data: 'the database: titles, captions, tags and the list of pictures',
      find: () => findVolume(context),
      create: () => create(context, getSeen(secret)),
      differences: (found) => differences(context, found),
      pending: ({ state }) => (state === 'creating' ? 'is being created' : undefined),
      leaving: ({ state }) => state === 'deleting',
      destroy: ({ id }) => aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id })),
      describe: ({ id, sizeGib, zone }) => `${id} (${sizeGib} GiB in ${zone})`,
    });
  },
);

const costsOf = (gib: number): Cost[] => [{ item: 'ebs-gp3', quantity: gib }];

function findVolume(context: Context): Promise<Volume | undefined> {
  return findTagged(context.stack, KEY, (filters) => listVolumes(context, filters));
}

async function listVolumes({ aws }: Context, Filters: Filter[]): Promise<Volume[]> {
  const { Volumes = [] } = await aws.ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes.map(parseVolume).filter(({ state }) => state !== 'deleted');
}

function parseVolume(volume: AwsVolume): Volume {
  return {
    id: volume.VolumeId ?? '',
    state: volume.State ?? 'creating',
    zone: volume.AvailabilityZone ?? '',
    sizeGib: volume.Size ?? 0,
    type: volume.VolumeType,
    tags: readTags(volume.Tags),
  };
}

function create(context: Context, { arn }: Secret): Promise<void> {
  const { aws, clock, stack, settings, network } = context;
  return makeOnce({
    clock,
    // The end of a secret's ARN is random, so a stack that is created again gets a new token.
    parts: [stack.name, KEY, arn],
    make: (ClientToken) =>
      aws.ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: network.subnets[0]?.zone,
          Size: settings.dataGib,
          VolumeType: 'gp3',
          Encrypted: true,
          ClientToken,
          TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(stack, KEY) }],
        }),
      ),
    isThere: async () => (await findVolume(context)) !== undefined,
  });
}

function differences({ aws, settings, stack }: Context, { id, sizeGib, type, tags }: Volume): Difference[] {
  // A volume can only grow. Keep the size when somebody has made it larger.
  const wanted = Math.max(sizeGib, settings.dataGib);
  return [
    ...differing('size in GiB', sizeGib, wanted, () =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: id, Size: wanted })),
    ),
    ...differing('type', type, 'gp3', () =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: id, VolumeType: 'gp3' })),
    ),
    ...tagDifferences(stack, KEY, tags, (Tags) =>
      aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags })),
    ),
  ];
}
