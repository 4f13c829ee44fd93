import { AwsFault } from '../wire/aws-fault.js';
import { textParam, type Call } from '../wire/call.js';
import { child, textAt, withMembers, type XmlElement } from '../wire/xml.js';
import type { Rule, World } from '../world.js';
import { pollLingering, serviceInterfaces } from './network-interfaces.js';
import { isHeld } from './held-states.js';

/** Names an object that uses a security group; undefined if nothing does. */
async function groupUser(call: Call, world: World, groupId: string): Promise<string | undefined> {
  const groups = await world.moto.query(call, 'ec2', 'DescribeSecurityGroups');
  const referring = withMembers(groups, ['groupId', 'ipPermissions']).find(
    (group) => textAt(group, 'groupId') !== groupId && refersTo(group, groupId),
  );
  if (referring) return `a rule of ${textAt(referring, 'groupId')}`;
  const services = await serviceInterfaces(world, call);
  const attached = services.find(({ groups: ids }) => ids.includes(groupId));
  return attached?.description ?? instanceWith(call, world, ['groupSet', 'groupId'], groupId);
}

function refersTo(group: XmlElement, groupId: string): boolean {
  return ['ipPermissions', 'ipPermissionsEgress'].some((name) => {
    const permissions = child(group, name);
    return (
      permissions && withMembers(permissions, ['groupId']).some((one) => textAt(one, 'groupId') === groupId)
    );
  });
}

/** Finds an instance that is not terminated and has a value below a member. */
async function instanceWith(
  call: Call,
  world: World,
  [member, name]: readonly [string, string],
  value: string,
): Promise<string | undefined> {
  const tree = await world.moto.query(call, 'ec2', 'DescribeInstances');
  const user = withMembers(tree, ['instanceId', 'instanceState']).find((instance) => {
    const id = textAt(instance, 'instanceId');
    const gone =
      textAt(instance, 'instanceState', 'name') === 'terminated' && !isHeld(world, call, 'shutting-down', id);
    const place = child(instance, member);
    return !gone && place && withMembers(place, [name]).some((one) => textAt(one, name) === value);
  });
  return user && textAt(user, 'instanceId');
}

async function subnetUser(call: Call, world: World, subnetId: string): Promise<string | undefined> {
  const services = await serviceInterfaces(world, call);
  const attached = services.find((one) => one.subnetId === subnetId)?.description;
  return attached ?? instanceWith(call, world, ['networkInterfaceSet', 'subnetId'], subnetId);
}

export const DEPENDENCY_RULES: readonly Rule[] = [
  {
    name: 'DeleteSecurityGroup: refused while in use',
    source: 'S14',
    on: ['ec2:DeleteSecurityGroup'],
    before: async (call, world) => {
      const groupId = textParam(call, 'GroupId') ?? '';
      const user = await groupUser(call, world, groupId);
      pollLingering(world, call);
      if (user === undefined) return undefined;
      throw new AwsFault('DependencyViolation', `resource ${groupId} has a dependent object`);
    },
  },
  {
    name: 'DeleteSubnet: refused while in use',
    source: 'S15',
    on: ['ec2:DeleteSubnet'],
    before: async (call, world) => {
      const subnetId = textParam(call, 'SubnetId') ?? '';
      if ((await subnetUser(call, world, subnetId)) === undefined) return undefined;
      throw new AwsFault(
        'DependencyViolation',
        `The subnet '${subnetId}' has dependencies and cannot be deleted.`,
      );
    },
  },
  {
    name: 'ReleaseAddress: refused while associated',
    source: 'S16',
    on: ['ec2:ReleaseAddress'],
    before: async (call, world) => {
      const id = textParam(call, 'AllocationId') ?? '';
      const tree = await world.moto.query(call, 'ec2', 'DescribeAddresses');
      const address = withMembers(tree, ['allocationId']).find((one) => textAt(one, 'allocationId') === id);
      if (!address || textAt(address, 'associationId') === '') return undefined;
      throw new AwsFault('InvalidIPAddress.InUse', `Address ${textAt(address, 'publicIp')} is in use.`);
    },
  },
];
