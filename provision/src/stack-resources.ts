import type { Context } from './context.js';
import type { Resource } from './engine/resource.js';
import { alarms } from './resources/alarm/alarms.js';
import { attachment } from './resources/attachment.js';
import { bucket } from './resources/bucket/bucket.js';
import { dashboard } from './resources/dashboard.js';
import { deployment } from './resources/deployment.js';
import { cacheParameterGroup } from './resources/cache/cache-parameter-group.js';
import { cacheSubnetGroup } from './resources/cache/cache-subnet-group.js';
import { host } from './resources/host/host.js';
import { instanceProfile } from './resources/instance-profile.js';
import { httpListener, httpsListener } from './resources/load-balancer/listener.js';
import { loadBalancer } from './resources/load-balancer/load-balancer.js';
import { LOGGING, logGroup } from './resources/log-group.js';
import { registration } from './resources/load-balancer/registration.js';
import { remembered } from './resources/remembered.js';
import { replicationGroup } from './resources/cache/replication-group.js';
import { hostRole } from './resources/role.js';
import { secrets } from './resources/secret.js';
import { securityGroup, type SecurityGroup } from './resources/security-group/security-group.js';
import { targetGroup } from './resources/load-balancer/target-group.js';
import { dataVolume } from './resources/volume.js';
import { HOST_PORT, REDIS_PORT } from './settings.js';

interface Groups {
  balancer: Resource<SecurityGroup>;
  host: Resource<SecurityGroup>;
  redis: Resource<SecurityGroup>;
}

/** Everything a stack of the profile `demo` is made of, in the order that a person reads it. */
export function stackResources(context: Context): Resource[] {
  const groups = securityGroups(context);
  const secret = secrets(context);
  const store = bucket(context);
  const logs = LOGGING.map((program) => logGroup(context, program));
  const broker = brokerResources(context, groups, secret);
  const role = hostRole(context);
  const profile = instanceProfile(context, role);
  const volume = dataVolume(context, secret);
  const used = [secret, store, ...logs] as Resource[];
  const machine = host(context, { group: groups.host, profile, volume }, used);
  const disk = attachment(context, { host: machine, volume });
  const entry = entryResources(context, groups, { machine, volume });
  const { balancer, targets } = entry;
  const watched = { balancer, targets, host: machine, redis: broker.redis };
  return [
    remembered(context),
    groups.balancer,
    groups.host,
    groups.redis,
    secret,
    store,
    ...logs,
    ...broker.all,
    role,
    profile,
    volume,
    machine,
    disk,
    deployment(context, { bucket: store, host: machine, redis: broker.redis, attachment: disk }),
    ...entry.all,
    ...alarms(context, watched),
    dashboard(context, watched),
  ] as Resource[];
}

function securityGroups(context: Context): Groups {
  const { allowCidrs, sshCidr, certificate } = context.settings;
  const ports = certificate === undefined ? [80] : [80, 443];
  const balancer = securityGroup(context, {
    key: 'albgroup',
    description: 'Darkroom load balancer: whoever may reach the stack',
    ingress: ports.flatMap((port) => allowCidrs.map((from) => ({ port, from }))),
  });
  const machine = securityGroup(context, {
    key: 'hostgroup',
    description: 'Darkroom host: the load balancer alone',
    ingress: [
      { port: HOST_PORT, from: balancer },
      ...(sshCidr === undefined ? [] : [{ port: 22, from: sshCidr }]),
    ],
  });
  const redis = securityGroup(context, {
    key: 'redisgroup',
    description: 'Darkroom broker: the host alone',
    ingress: [{ port: REDIS_PORT, from: machine }],
  });
  return { balancer, host: machine, redis };
}

function brokerResources(context: Context, groups: Groups, secret: ReturnType<typeof secrets>) {
  const parameters = cacheParameterGroup(context);
  const subnets = cacheSubnetGroup(context);
  const redis = replicationGroup(context, { group: groups.redis, subnets, parameters, secret });
  return { redis, all: [parameters, subnets, redis] as Resource[] };
}

function entryResources(
  context: Context,
  groups: Groups,
  { machine, volume }: { machine: ReturnType<typeof host>; volume: ReturnType<typeof dataVolume> },
) {
  const balancer = loadBalancer(context, groups.balancer, volume);
  const targets = targetGroup(context);
  const all = [
    balancer,
    targets,
    registration(context, { targets, host: machine }),
    httpListener(context, { balancer, targets }),
    httpsListener(context, { balancer, targets }),
  ] as Resource[];
  return { balancer, targets, all };
}
