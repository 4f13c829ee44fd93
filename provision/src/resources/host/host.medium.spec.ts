import {
  AttachVolumeCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DetachVolumeCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyVolumeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { resourceSuite } from '../../../test/resource-suite.js';
import type { Context } from '../../context.js';
import { attachment } from '../attachment.js';
import { host } from './host.js';
import { bucket } from '../bucket/bucket.js';
import { instanceProfile } from '../instance-profile.js';
import { registration } from '../load-balancer/registration.js';
import { hostRole } from '../role.js';
import { secrets } from '../secret.js';
import { securityGroup } from '../security-group/security-group.js';
import { targetGroup } from '../load-balancer/target-group.js';
import { dataVolume } from '../volume.js';

/** A host and everything that it needs. */
function withHost(context: Context) {
  const group = securityGroup(context, { key: 'hostgroup', description: 'The host', ingress: [] });
  const role = hostRole(context);
  const profile = instanceProfile(context, { role });
  const secret = secrets(context);
  const volume = dataVolume(context, { secret });
  const machine = host(context, {
    hostGroup: group,
    instanceProfile: profile,
    volume,
    secret,
    // Not created here: these only have to outlive the host.
    bucket: bucket(context),
    logs: [],
  });
  return { volume, machine, all: [group, role, profile, secret, volume] as const };
}

const rename = ({ aws }: Context, { id }: { id: string }) =>
  aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'Name', Value: 'mine' }] }));

async function anotherInstance({ aws, network }: Context): Promise<string> {
  const { Instances } = await aws.ec2.send(
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId: 'ami-12c6146b',
      SubnetId: network.subnets[0]?.id,
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}

resourceSuite('data volume', {
  define: (context) => {
    const secret = secrets(context);
    return [secret, dataVolume(context, { secret })] as const;
  },
  drifts: { 'a changed Name tag': rename },
  foreign: ({ aws, network }, name) =>
    aws.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: network.subnets[0]?.zone,
        Size: 1,
        TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: name }] }],
      }),
    ),
});

resourceSuite('host', {
  define: (context) => {
    const { all, machine } = withHost(context);
    return [...all, machine] as const;
  },
  drifts: {
    'a changed Name tag': rename,
    'a root disk that outlives the host': ({ aws }, { id }) =>
      aws.ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: id,
          BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: false } }],
        }),
      ),
    'a changed type of the root disk': ({ aws }, { root }) =>
      aws.ec2.send(new ModifyVolumeCommand({ VolumeId: root?.volumeId, VolumeType: 'gp2' })),
    'version 1 of the metadata service': ({ aws }, { id }) =>
      aws.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, HttpTokens: 'optional' })),
    'a changed instance type': ({ aws }, { id }) =>
      aws.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value: 't4g.large' } }),
      ),
    'a stopped instance': ({ aws }, { id }) => aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    'another security group': async ({ aws, network, stack }, { id }) => {
      const { GroupId = '' } = await aws.ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: `${stack.name}-other`,
          Description: 'Not ours',
          VpcId: network.vpcId,
        }),
      );
      await aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [GroupId] }));
    },
  },
  foreign: async (context, name) => {
    const id = await anotherInstance(context);
    await context.aws.ec2.send(
      new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'Name', Value: name }] }),
    );
  },
});

resourceSuite('volume attachment', {
  define: (context) => {
    const { all, machine, volume } = withHost(context);
    return [...all, machine, attachment(context, { host: machine, volume })] as const;
  },
  drifts: {
    'attachment to another instance': async (context, { hostId, volumeId: VolumeId, device: Device }) => {
      const { ec2 } = context.aws;
      await ec2.send(new DetachVolumeCommand({ VolumeId, InstanceId: hostId, Device }));
      const InstanceId = await anotherInstance(context);
      await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));
    },
  },
});

resourceSuite('target registration', {
  define: (context) => {
    const { all, machine } = withHost(context);
    const targets = targetGroup(context);
    const registered = registration(context, { targetGroup: targets, host: machine });
    return [...all, machine, targets, registered] as const;
  },
  drifts: {
    'a second target': async (context) => {
      const TargetGroupArn = await targetsArn(context);
      const Id = await anotherInstance(context);
      await context.aws.elasticloadbalancing.send(
        new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] }),
      );
    },
    'no target': async (context, { targets }) => {
      const TargetGroupArn = await targetsArn(context);
      await context.aws.elasticloadbalancing.send(
        new DeregisterTargetsCommand({ TargetGroupArn, Targets: targets.map(({ id }) => ({ Id: id })) }),
      );
    },
  },
});

async function targetsArn(context: Context): Promise<string | undefined> {
  return (await targetGroup(context).find())?.id;
}
