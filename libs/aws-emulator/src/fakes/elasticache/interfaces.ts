import type { Place } from '../../moto.js';
import { interfaceId, type ServiceInterface } from '../../service-interface.js';
import { withMembers, textAt } from '../../wire/xml.js';
import type { World } from '../../world.js';
import { cacheState, type Cache } from './state.js';

/** The network interfaces of all nodes, until their cache is gone. */
export async function cacheInterfaces(world: World, place: Place): Promise<ServiceInterface[]> {
  const state = cacheState(world, place);
  const caches = [...state.caches.values()];
  if (caches.length === 0) return [];
  const standard = await defaultSubnet(world, place);
  return caches.flatMap((cache) => {
    const group = state.subnetGroups.get(cache.settings['CacheSubnetGroupName'] ?? '');
    const subnetId = group?.subnets[0]?.id ?? standard.subnetId;
    return nodesOf(cache, { subnetId, vpcId: group?.vpcId ?? standard.vpcId });
  });
}

function nodesOf(cache: Cache, place: { subnetId: string; vpcId: string }): ServiceInterface[] {
  return Array.from({ length: cache.nodes }, (_, at) => ({
    id: interfaceId(`${cache.id} ${at}`),
    description: `ElastiCache ${cache.id}-${String(at + 1).padStart(3, '0')}`,
    groups: cache.securityGroups,
    requester: 'amazon-elasticache',
    ...place,
  }));
}

async function defaultSubnet(world: World, place: Place): Promise<{ subnetId: string; vpcId: string }> {
  const tree = await world.moto.query(place, 'ec2', 'DescribeSubnets');
  const subnet = withMembers(tree, ['subnetId', 'vpcId'])[0];
  return { subnetId: subnet ? textAt(subnet, 'subnetId') : '', vpcId: subnet ? textAt(subnet, 'vpcId') : '' };
}
