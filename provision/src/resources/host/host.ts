import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  TerminateInstancesCommand,
  type Filter,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, type Resource } from '../../engine/resource.js';
import { nameOf, readTags } from '../../stack.js';
import { findTagged, tagFilters } from '../find-tagged.js';
import { hostDifferences } from './host-differences.js';
import { HOST } from './host-kind.js';
import { hostQuota } from './host-quota.js';
import { HOST_KEY, ROOT_DEVICE, ROOT_GIB, SPEC_TAG, type Host, type HostNeeds } from './host-state.js';
import { launchHost } from './launch-host.js';

/** The only machine of a stack. It runs nginx, api, worker and PostgreSQL. */
export const host = defineBlueprint(HOST, (context: Context, needs: HostNeeds): Resource<Host> => {
  const { hostGroup, instanceProfile, volume, secret, bucket, logs } = needs;
  const { stack, settings, aws } = context;
  return defineResource<Host>({
    key: HOST_KEY,
    kind: HOST.name,
    name: nameOf(stack, HOST_KEY),
    needs: [hostGroup, instanceProfile, volume, secret, bucket, ...logs],
    costs: [
      { item: settings.instanceType },
      { item: 'public-ipv4' },
      { item: 'ebs-gp3', quantity: ROOT_GIB },
    ],
    quota: hostQuota(context),
    typicalSeconds: 30,
    find: () => findHost(context),
    create: async () => {
      const before = (await listInstances(context, tagFilters(stack, HOST_KEY))).filter(isTerminated);
      const isThere = async () => (await findHost(context)) !== undefined;
      await launchHost(context, needs, { before, isThere });
    },
    differences: (found) => hostDifferences(context, needs, found),
    pending: ({ state }) => (state === 'running' || state === 'stopped' ? undefined : `is ${state}`),
    leaving: ({ state }) => state === 'shutting-down',
    destroy: ({ id }) => aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    describe: ({ id, type = '', state }) => `${id} (${type}, ${state})`,
  });
});

async function findHost(context: Context): Promise<Host | undefined> {
  const found = await findTagged(context.stack, HOST_KEY, async (filters) =>
    (await listInstances(context, filters)).filter((instance) => !isTerminated(instance)),
  );
  return found && { ...found, rootType: await findVolumeType(context, found.root?.volumeId) };
}

/** AWS lists terminated instances, with their tags, for about an hour. */
const isTerminated = ({ state }: Host) => state === 'terminated';

async function listInstances({ aws }: Context, Filters: Filter[]): Promise<Host[]> {
  const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(parseInstance);
}

async function findVolumeType({ aws }: Context, volumeId: string | undefined): Promise<string | undefined> {
  if (volumeId === undefined) return undefined;
  const Filters = [{ Name: 'volume-id', Values: [volumeId] }];
  const { Volumes = [] } = await aws.ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes[0]?.VolumeType;
}

function parseInstance(instance: Instance): Host {
  return {
    id: instance.InstanceId ?? '',
    state: instance.State?.Name ?? 'pending',
    type: instance.InstanceType,
    zone: instance.Placement?.AvailabilityZone,
    profile: instance.IamInstanceProfile?.Arn,
    securityGroups: (instance.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId),
    metadataTokens: instance.MetadataOptions?.HttpTokens,
    metadataHops: instance.MetadataOptions?.HttpPutResponseHopLimit,
    spec: readTags(instance.Tags)[SPEC_TAG],
    tags: readTags(instance.Tags),
    root: parseRoot(instance),
    rootType: undefined,
    launchedAt: instance.LaunchTime?.toISOString(),
  };
}

function parseRoot({ BlockDeviceMappings = [] }: Instance): Host['root'] {
  const disk = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === ROOT_DEVICE)?.Ebs;
  if (disk?.VolumeId === undefined) return undefined;
  return { volumeId: disk.VolumeId, deleteOnTermination: disk.DeleteOnTermination === true };
}
