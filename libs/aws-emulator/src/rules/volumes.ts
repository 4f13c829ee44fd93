import { AwsFault } from '../wire/aws-fault.js';
import { textParam, type Call } from '../wire/call.js';
import { textAt, withMembers } from '../wire/xml.js';
import type { Rule, World } from '../world.js';
import { isHeld } from './held-states.js';

async function stateOf(call: Call, world: World, volumeId: string): Promise<string> {
  const tree = await world.moto.query(call, 'ec2', 'DescribeVolumes');
  const volume = withMembers(tree, ['volumeId', 'size']).find((one) => textAt(one, 'volumeId') === volumeId);
  if (volume === undefined) {
    throw new AwsFault('InvalidVolume.NotFound', `The volume '${volumeId}' does not exist.`);
  }
  return isHeld(world, call, 'creating', volumeId) ? 'creating' : textAt(volume, 'status');
}

/** moto also requires the instance and the device. */
async function nameAttachment(call: Call, world: World): Promise<undefined> {
  const volumeId = textParam(call, 'VolumeId') ?? '';
  const tree = await world.moto.query(call, 'ec2', 'DescribeVolumes');
  const attachment = withMembers(tree, ['volumeId', 'instanceId', 'device']).find(
    (one) => textAt(one, 'volumeId') === volumeId,
  );
  if (attachment === undefined) {
    const state = await stateOf(call, world, volumeId);
    throw new AwsFault('IncorrectState', `Volume '${volumeId}' is in the '${state}' state.`);
  }
  call.params['InstanceId'] ??= textAt(attachment, 'instanceId');
  call.params['Device'] ??= textAt(attachment, 'device');
}

export const VOLUME_RULES: readonly Rule[] = [
  {
    name: 'AttachVolume: only an available volume, only to a running instance',
    source: 'S17',
    on: ['ec2:AttachVolume'],
    before: async (call, world) => {
      const volumeId = textParam(call, 'VolumeId') ?? '';
      const state = await stateOf(call, world, volumeId);
      if (state === 'in-use')
        throw new AwsFault('VolumeInUse', `${volumeId} is already attached to an instance`);
      if (state !== 'available')
        throw new AwsFault('IncorrectState', `Volume '${volumeId}' is not 'available'.`);
      const instanceId = textParam(call, 'InstanceId') ?? '';
      if (isHeld(world, call, 'pending', instanceId)) {
        throw new AwsFault('IncorrectState', `Instance '${instanceId}' is not 'running'.`);
      }
      return undefined;
    },
  },
  {
    name: 'DeleteVolume: refused while attached',
    source: 'S18',
    on: ['ec2:DeleteVolume'],
    before: async (call, world) => {
      const volumeId = textParam(call, 'VolumeId') ?? '';
      if ((await stateOf(call, world, volumeId)) !== 'in-use') return undefined;
      throw new AwsFault('VolumeInUse', `Volume ${volumeId} is currently attached to an instance`);
    },
  },
  {
    name: 'DetachVolume: the volume is enough',
    source: 'S19',
    on: ['ec2:DetachVolume'],
    before: nameAttachment,
  },
];
