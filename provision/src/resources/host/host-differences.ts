import {
  AssociateIamInstanceProfileCommand,
  CreateTagsCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyVolumeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { differing, differingForGood } from '../../engine/differing.js';
import { tagDifferences } from '../../engine/ownership.js';
import type { Difference } from '../../engine/resource.js';
import { HOST_KEY, ROOT_DEVICE, type Host, type HostNeeds } from './host-state.js';
import { METADATA_HOPS, hostSpec, isArm } from './launch-host.js';

/**
 * Compares a host with the settings. A newer image does not count: the next host gets it, and the running one is not
 * replaced for it.
 */
export function hostDifferences(context: Context, needs: HostNeeds, found: Host): Difference[] {
  const { ec2 } = context.aws;
  const groups = [needs.hostGroup.seen?.id ?? `(new ${needs.hostGroup.name})`];
  const profile = needs.instanceProfile.seen?.arn ?? `(new ${needs.instanceProfile.name})`;
  const zone = needs.volume.seen?.zone ?? found.zone;
  return [
    ...differingForGood('start script or disk', found.spec, hostSpec(context)),
    ...differingForGood('zone', found.zone, zone),
    ...typeDifference(context, found),
    ...stateDifference(context, found),
    ...differing('security groups', found.securityGroups, groups, () =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: found.id, Groups: groups })),
    ),
    ...differing('instance profile', found.profile, profile, () => changeProfile(context, found, profile)),
    ...differing(
      'metadata service',
      `tokens ${found.metadataTokens}, ${found.metadataHops} hops`,
      `tokens required, ${METADATA_HOPS} hops`,
      () =>
        ec2.send(
          new ModifyInstanceMetadataOptionsCommand({
            InstanceId: found.id,
            HttpTokens: 'required',
            HttpPutResponseHopLimit: METADATA_HOPS,
            HttpEndpoint: 'enabled',
          }),
        ),
    ),
    ...rootDifferences(context, found),
    ...tagDifferences(context.stack, HOST_KEY, found.tags, (Tags) =>
      ec2.send(new CreateTagsCommand({ Resources: [found.id], Tags })),
    ),
  ];
}

/** A root disk must not outlive its host: it would cost money unseen. */
function rootDifferences({ aws: { ec2 } }: Context, { id, root, rootType }: Host): Difference[] {
  if (root === undefined || rootType === undefined) return [];
  const { volumeId, deleteOnTermination } = root;
  const BlockDeviceMappings = [{ DeviceName: ROOT_DEVICE, Ebs: { DeleteOnTermination: true } }];
  return [
    ...differing('root disk type', rootType, 'gp3', () =>
      ec2.send(new ModifyVolumeCommand({ VolumeId: volumeId, VolumeType: 'gp3' })),
    ),
    ...differing('root disk deleted with the host', deleteOnTermination, true, () =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, BlockDeviceMappings })),
    ),
  ];
}

/** An image is built for one processor architecture: a type with the other one replaces the host. */
function typeDifference(context: Context, found: Host): Difference[] {
  const { type = '' } = found;
  const wanted = context.settings.instanceType;
  if (isArm(type) !== isArm(wanted)) return differingForGood('type', type, wanted);
  return differing('type', type, wanted, () => changeType(context, found));
}

/** Changes the type, which AWS allows only on a stopped instance. */
async function changeType({ aws, settings }: Context, { id, state }: Host): Promise<void> {
  if (state === 'running') await aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  // Fails with IncorrectInstanceState until it has stopped; the engine retries.
  await aws.ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value: settings.instanceType } }),
  );
  await aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
}

function stateDifference({ aws }: Context, { id, state }: Host): Difference[] {
  if (state !== 'stopped' && state !== 'stopping') return [];
  return differing('state', state, 'running', () =>
    aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] })),
  );
}

async function changeProfile({ aws: { ec2 } }: Context, { id }: Host, Arn: string): Promise<void> {
  const { IamInstanceProfileAssociations = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] }),
  );
  for (const { AssociationId } of IamInstanceProfileAssociations) {
    await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId }));
  }
  await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: id, IamInstanceProfile: { Arn } }));
}
