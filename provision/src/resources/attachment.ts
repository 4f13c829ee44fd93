import { AttachVolumeCommand, DescribeVolumesCommand, DetachVolumeCommand } from '@aws-sdk/client-ec2';
import { isNotFound } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import type { Kind } from '../engine/kind.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, getSeen, type Resource } from '../engine/resource.js';
import { nameOf } from '../stack.js';
import type { Host } from './host/host-state.js';
import type { Volume } from './volume.js';

export interface Attachment {
  hostId: string;
  volumeId: string;
  device: string | undefined;
  /** `attaching`, `attached`, `detaching`. */
  state: string;
}

/** The device name of the attachment. The host does not use it: it looks for a second disk. */
const DEVICE = '/dev/sdf';

const KIND: Kind = {
  name: 'volume attachment',
  making: ['ec2:AttachVolume', 'ec2:DescribeVolumes'],
  repairing: ['ec2:DetachVolume'],
};

/** Attaches the data volume to the host. An attachment has no tags: it is part of both objects. */
export const attachment = defineBlueprint(
  KIND,
  (
    { aws: { ec2 }, stack }: Context,
    needs: { host: Resource<Host>; volume: Resource<Volume> },
  ): Resource<Attachment> => {
    const find = async (): Promise<Attachment | undefined> => {
      const volume = needs.volume.seen ?? (await needs.volume.find());
      if (volume === undefined) return undefined;
      try {
        const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volume.id] }));
        const attached = Volumes[0]?.Attachments?.find(({ State }) => State !== 'detached');
        if (attached === undefined) return undefined;
        return {
          hostId: attached.InstanceId ?? '',
          volumeId: volume.id,
          device: attached.Device,
          state: attached.State ?? 'attaching',
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    };
    return defineResource<Attachment>({
      key: 'attachment',
      kind: KIND.name,
      name: nameOf(stack, 'attachment'),
      needs: [needs.host, needs.volume],
      typicalSeconds: 5,
      find,
      create: () =>
        ec2.send(
          new AttachVolumeCommand({
            VolumeId: getSeen(needs.volume).id,
            InstanceId: getSeen(needs.host).id,
            Device: DEVICE,
          }),
        ),
      differences: ({ hostId, state }) => {
        const wanted = needs.host.seen?.id ?? '(new host)';
        if (hostId === wanted || state === 'detaching') return [];
        return [{ field: 'host', from: hostId, to: wanted, replaces: true, apply: () => Promise.resolve() }];
      },
      pending: ({ state }) => (state === 'attached' ? undefined : `is ${state}`),
      leaving: ({ state }) => state === 'detaching',
      // Only detaches from a foreign instance. Teardown terminates the host, which detaches the volume.
      isPart: true,
      destroy: ({ hostId, volumeId, device }) =>
        ec2.send(new DetachVolumeCommand({ VolumeId: volumeId, InstanceId: hostId, Device: device })),
      describe: ({ hostId, state }) => `${state} to ${hostId}`,
    });
  },
);
