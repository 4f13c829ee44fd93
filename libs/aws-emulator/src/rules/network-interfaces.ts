import { cacheInterfaces } from '../fakes/elasticache/interfaces.js';
import type { Place } from '../moto.js';
import { interfaceId, type ServiceInterface } from '../service-interface.js';
import { treeAnswer, treeOf } from '../wire/answers.js';
import { filtersOf, listParam, textParam, type Call } from '../wire/call.js';
import {
  child,
  descendants,
  elements,
  textAt,
  toXml,
  withMembers,
  type XmlElement,
  type XmlValue,
} from '../wire/xml.js';
import type { Rule, World } from '../world.js';

const LINGERING = 'interfaces of deleted load balancers';

/** Interfaces of load balancers and caches, including those that outlive their load balancer. */
export async function serviceInterfaces(world: World, place: Place): Promise<ServiceInterface[]> {
  const tree = await world.moto.query(place, 'elasticloadbalancing', 'DescribeLoadBalancers');
  const balancers = withMembers(tree, ['LoadBalancerArn', 'VpcId']).flatMap(balancerInterfaces);
  return [...balancers, ...lingering(world, place).values(), ...(await cacheInterfaces(world, place))];
}

function lingering(world: World, place: Place): Map<string, ServiceInterface> {
  return world.keep(place, LINGERING, () => new Map<string, ServiceInterface>());
}

function balancerInterfaces(balancer: XmlElement): ServiceInterface[] {
  const arn = textAt(balancer, 'LoadBalancerArn');
  const groups = child(balancer, 'SecurityGroups');
  return withMembers(balancer, ['SubnetId', 'ZoneName']).map((zone) => {
    const subnetId = textAt(zone, 'SubnetId');
    return {
      id: interfaceId(`${arn}${subnetId}`),
      description: `ELB ${arn.split(':loadbalancer/')[1] ?? ''}`,
      groups: groups ? elements(groups).map((group) => textAt(group)) : [],
      subnetId,
      vpcId: textAt(balancer, 'VpcId'),
      requester: 'amazon-elb',
    };
  });
}

/** Counts one poll of lingering interfaces, and removes those whose polls are over. */
export function pollLingering(world: World, place: Place): void {
  const countdown = world.countdown(place, LINGERING);
  const interfaces = lingering(world, place);
  for (const id of interfaces.keys()) {
    countdown.poll(id);
    if (!countdown.isRunning(id)) interfaces.delete(id);
  }
}

function renderInterface({
  id,
  description,
  groups,
  subnetId,
  vpcId,
  requester,
}: ServiceInterface): XmlValue {
  return {
    networkInterfaceId: id,
    subnetId,
    vpcId,
    description,
    requesterId: requester,
    requesterManaged: true,
    status: 'in-use',
    interfaceType: 'interface',
    groupSet: { item: groups.map((group) => ({ groupId: group })) },
    attachment: {
      attachmentId: id.replace('eni', 'ela-attach'),
      instanceOwnerId: requester,
      status: 'attached',
    },
    tagSet: '',
  };
}

/** Filters by the members of a service's interface. Any other filter matches none of them. */
function fits(call: Call, one: ServiceInterface): boolean {
  const ids = listParam(call, 'NetworkInterfaceId');
  if (ids.length > 0 && !ids.includes(one.id)) return false;
  const members: Record<string, readonly string[]> = {
    'group-id': one.groups,
    'vpc-id': [one.vpcId],
    'subnet-id': [one.subnetId],
    'network-interface-id': [one.id],
    description: [one.description],
    'requester-id': [one.requester],
    'requester-managed': ['true'],
    status: ['in-use'],
  };
  return [...filtersOf(call)].every(([name, wanted]) =>
    wanted.some((pattern) => members[name]?.some((value) => wildcard(pattern).test(value))),
  );
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

export const NETWORK_INTERFACE_RULES: readonly Rule[] = [
  {
    name: 'DescribeNetworkInterfaces: includes those of load balancers and caches',
    source: 'S22',
    on: ['ec2:DescribeNetworkInterfaces'],
    after: async (call, answer, world) => {
      pollLingering(world, call);
      const tree = treeOf(answer);
      const set = tree && descendants(tree).find(({ name }) => name === 'networkInterfaceSet');
      if (!tree || !set) return answer;
      const all = (await serviceInterfaces(world, call)).filter((one) => fits(call, one));
      set.children.push(...all.flatMap((one) => toXml('item', renderInterface(one))));
      return treeAnswer(tree);
    },
  },
  {
    name: 'DeleteLoadBalancer: its interfaces outlive it',
    source: 'S32',
    on: ['elasticloadbalancing:DeleteLoadBalancer'],
    before: async (call, world) => {
      if (world.pace.interfacesLinger === 0) return undefined;
      const arn = textParam(call, 'LoadBalancerArn');
      const tree = await world.moto.query(call, 'elasticloadbalancing', 'DescribeLoadBalancers');
      const balancer = withMembers(tree, ['LoadBalancerArn', 'VpcId']).find(
        (one) => textAt(one, 'LoadBalancerArn') === arn,
      );
      for (const one of balancer ? balancerInterfaces(balancer) : []) {
        lingering(world, call).set(one.id, one);
        world.countdown(call, LINGERING).start(one.id, world.pace.interfacesLinger);
      }
      return undefined;
    },
  },
];
