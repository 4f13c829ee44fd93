import { AwsFault } from '../../wire/aws-fault.js';
import { xmlAnswer } from '../../wire/answers.js';
import { listParam, recordsParam, textParam, type Answer, type Call } from '../../wire/call.js';
import { textAt, withMembers, type XmlValue } from '../../wire/xml.js';
import type { World } from '../../world.js';
import type { Operations } from '../operation.js';
import { ENGINE_VERSIONS, PARAMETERS } from './families.js';
import {
  arnOf,
  cacheState,
  required,
  tagsParam,
  type Cache,
  type ParameterGroup,
  type SubnetGroup,
} from './state.js';

export const GROUP_OPERATIONS: Operations = {
  CreateCacheSubnetGroup: createSubnetGroup,
  DescribeCacheSubnetGroups: describeSubnetGroups,
  ModifyCacheSubnetGroup: modifySubnetGroup,
  DeleteCacheSubnetGroup: deleteSubnetGroup,
  CreateCacheParameterGroup: createParameterGroup,
  DescribeCacheParameterGroups: describeParameterGroups,
  DescribeCacheParameters: describeParameters,
  ModifyCacheParameterGroup: modifyParameterGroup,
  DeleteCacheParameterGroup: deleteParameterGroup,
  DescribeCacheEngineVersions: describeEngineVersions,
};

async function createSubnetGroup(call: Call, world: World): Promise<Answer> {
  const { subnetGroups } = cacheState(world, call);
  const name = required(call, 'CacheSubnetGroupName').toLowerCase();
  if (subnetGroups.has(name)) {
    throw new AwsFault('CacheSubnetGroupAlreadyExists', `Cache subnet group ${name} already exists.`);
  }
  const group: SubnetGroup = {
    name,
    description: required(call, 'CacheSubnetGroupDescription'),
    ...(await placesOf(call, world)),
    tags: tagsParam(call),
  };
  subnetGroups.set(name, group);
  return xmlAnswer(call, { CacheSubnetGroup: renderSubnetGroup(call, group) });
}

async function placesOf(call: Call, world: World): Promise<Pick<SubnetGroup, 'vpcId' | 'subnets'>> {
  const ids = listParam(call, 'SubnetIds');
  const wanted = Object.fromEntries(ids.map((id, at) => [`SubnetId.${at + 1}`, id]));
  const tree = await world.moto.query(call, 'ec2', 'DescribeSubnets', wanted).catch(() => undefined);
  const found = tree === undefined || ids.length === 0 ? [] : withMembers(tree, ['subnetId', 'vpcId']);
  if (found.length === 0)
    throw new AwsFault('InvalidSubnet', `Some input subnets in :[${ids.join(', ')}] are invalid.`);
  return {
    vpcId: textAt(found[0] ?? { name: '', attributes: '', children: [] }, 'vpcId'),
    subnets: found.map((row) => ({ id: textAt(row, 'subnetId'), zone: textAt(row, 'availabilityZone') })),
  };
}

function renderSubnetGroup(call: Call, { name, description, vpcId, subnets }: SubnetGroup): XmlValue {
  return {
    CacheSubnetGroupName: name,
    CacheSubnetGroupDescription: description,
    VpcId: vpcId,
    Subnets: {
      Subnet: subnets.map(({ id, zone }) => ({
        SubnetIdentifier: id,
        SubnetAvailabilityZone: { Name: zone },
      })),
    },
    ARN: arnOf(call, 'subnetgroup', name),
    SupportedNetworkTypes: { member: 'ipv4' },
  };
}

function subnetGroup(call: Call, world: World): SubnetGroup {
  const name = required(call, 'CacheSubnetGroupName');
  const group = cacheState(world, call).subnetGroups.get(name.toLowerCase());
  if (group) return group;
  throw new AwsFault('CacheSubnetGroupNotFoundFault', `Cache Subnet Group ${name} does not exist.`);
}

function describeSubnetGroups(call: Call, world: World): Answer {
  const named = textParam(call, 'CacheSubnetGroupName') !== undefined;
  const groups = named ? [subnetGroup(call, world)] : [...cacheState(world, call).subnetGroups.values()];
  return xmlAnswer(call, {
    CacheSubnetGroups: { CacheSubnetGroup: groups.map((group) => renderSubnetGroup(call, group)) },
  });
}

async function modifySubnetGroup(call: Call, world: World): Promise<Answer> {
  const group = subnetGroup(call, world);
  group.description = textParam(call, 'CacheSubnetGroupDescription') ?? group.description;
  if (listParam(call, 'SubnetIds').length > 0) Object.assign(group, await placesOf(call, world));
  return xmlAnswer(call, { CacheSubnetGroup: renderSubnetGroup(call, group) });
}

function deleteSubnetGroup(call: Call, world: World): Answer {
  const { name } = subnetGroup(call, world);
  const user = userOf(call, world, 'CacheSubnetGroupName', name);
  if (user) {
    throw new AwsFault(
      'CacheSubnetGroupInUse',
      `Cache subnet group ${name} is currently in use by a cache cluster.`,
    );
  }
  cacheState(world, call).subnetGroups.delete(name);
  return xmlAnswer(call, {});
}

/** A cluster or group that still uses something, deleting ones included. */
function userOf(call: Call, world: World, setting: string, name: string): Cache | undefined {
  return [...cacheState(world, call).caches.values()].find(({ settings }) => settings[setting] === name);
}

function createParameterGroup(call: Call, world: World): Answer {
  const { parameterGroups } = cacheState(world, call);
  const name = required(call, 'CacheParameterGroupName').toLowerCase();
  const family = required(call, 'CacheParameterGroupFamily');
  if (!ENGINE_VERSIONS.some((row) => row.family === family)) {
    throw new AwsFault(
      'InvalidParameterValue',
      `CacheParameterGroupFamily ${family} is not a valid parameter group family.`,
    );
  }
  if (parameterGroups.has(name)) {
    throw new AwsFault('CacheParameterGroupAlreadyExists', `A parameter group named ${name} already exists.`);
  }
  const group: ParameterGroup = {
    name,
    family,
    description: required(call, 'Description'),
    values: new Map(),
    tags: tagsParam(call),
  };
  parameterGroups.set(name, group);
  return xmlAnswer(call, { CacheParameterGroup: renderParameterGroup(call, group) });
}

function renderParameterGroup(call: Call, { name, family, description }: ParameterGroup): XmlValue {
  return {
    CacheParameterGroupName: name,
    CacheParameterGroupFamily: family,
    Description: description,
    IsGlobal: false,
    ARN: arnOf(call, 'parametergroup', name),
  };
}

function parameterGroup(call: Call, world: World): ParameterGroup {
  const name = required(call, 'CacheParameterGroupName');
  const group = cacheState(world, call).parameterGroups.get(name.toLowerCase());
  if (group) return group;
  throw new AwsFault('CacheParameterGroupNotFound', `CacheParameterGroup not found: ${name}`, 404);
}

function describeParameterGroups(call: Call, world: World): Answer {
  const named = textParam(call, 'CacheParameterGroupName') !== undefined;
  const groups = named
    ? [parameterGroup(call, world)]
    : [...cacheState(world, call).parameterGroups.values()];
  return xmlAnswer(call, {
    CacheParameterGroups: { CacheParameterGroup: groups.map((group) => renderParameterGroup(call, group)) },
  });
}

function describeParameters(call: Call, world: World): Answer {
  const { values } = parameterGroup(call, world);
  const source = textParam(call, 'Source');
  const rows = Object.entries(PARAMETERS)
    .map(([name, standard]) => ({
      ParameterName: name,
      ParameterValue: values.get(name) ?? standard,
      Source: values.has(name) ? 'user' : 'system',
      DataType: 'string',
      IsModifiable: true,
      ChangeType: 'immediate',
    }))
    .filter((row) => source === undefined || row.Source === source);
  return xmlAnswer(call, { Parameters: { Parameter: rows } });
}

function modifyParameterGroup(call: Call, world: World): Answer {
  const group = parameterGroup(call, world);
  for (const { ParameterName = '', ParameterValue = '' } of recordsParam(call, 'ParameterNameValues')) {
    if (!Object.hasOwn(PARAMETERS, ParameterName)) {
      throw new AwsFault('InvalidParameterValue', `Could not find parameter with name: ${ParameterName}`);
    }
    group.values.set(ParameterName, ParameterValue);
  }
  return xmlAnswer(call, { CacheParameterGroupName: group.name });
}

function deleteParameterGroup(call: Call, world: World): Answer {
  const { name } = parameterGroup(call, world);
  if (userOf(call, world, 'CacheParameterGroupName', name)) {
    throw new AwsFault(
      'InvalidCacheParameterGroupState',
      'One or more cache clusters are still members of this parameter group, so the group cannot be deleted.',
    );
  }
  cacheState(world, call).parameterGroups.delete(name);
  return xmlAnswer(call, {});
}

function describeEngineVersions(call: Call): Answer {
  const engine = textParam(call, 'Engine');
  const version = textParam(call, 'EngineVersion');
  const family = textParam(call, 'CacheParameterGroupFamily');
  const rows = ENGINE_VERSIONS.filter(
    (row) =>
      (engine ?? row.engine) === row.engine &&
      (version ?? row.version) === row.version &&
      (family ?? row.family) === row.family,
  ).map((row) => ({
    Engine: row.engine,
    EngineVersion: row.version,
    CacheParameterGroupFamily: row.family,
    CacheEngineDescription: row.engine,
    CacheEngineVersionDescription: `${row.engine} ${row.version}`,
  }));
  return xmlAnswer(call, { CacheEngineVersions: { CacheEngineVersion: rows } });
}
