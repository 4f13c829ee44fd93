import type { Context } from '../../context.js';
import { defineBlueprint } from '../../engine/profile.js';
import type { Resource } from '../../engine/resource.js';
import { HOST_PORT, REDIS_PORT } from '../../settings.js';
import { SECURITY_GROUP, securityGroup, type SecurityGroup } from './security-group.js';

/** Allows clients to reach the load balancer: from everywhere, or only from the blocks in the settings. */
export const balancerGroup = defineBlueprint(SECURITY_GROUP, (context: Context): Resource<SecurityGroup> => {
  const { allowCidrs, certificate } = context.settings;
  const ports = certificate === undefined ? [80] : [80, 443];
  return securityGroup(context, {
    key: 'albgroup',
    description: 'Darkroom load balancer: clients that may reach the stack',
    ingress: ports.flatMap((port) => allowCidrs.map((from) => ({ port, from }))),
  });
});

/** Allows the load balancer to reach the host, and SSH from the block in the settings. */
export const hostGroup = defineBlueprint(
  SECURITY_GROUP,
  (context: Context, needs: { balancerGroup: Resource<SecurityGroup> }): Resource<SecurityGroup> => {
    const { sshCidr } = context.settings;
    return securityGroup(context, {
      key: 'hostgroup',
      description: 'Darkroom host: only the load balancer',
      ingress: [
        { port: HOST_PORT, from: needs.balancerGroup },
        ...(sshCidr === undefined ? [] : [{ port: 22, from: sshCidr }]),
      ],
    });
  },
);

/** Allows the host to reach the broker. */
export const redisGroup = defineBlueprint(
  SECURITY_GROUP,
  (context: Context, needs: { hostGroup: Resource<SecurityGroup> }): Resource<SecurityGroup> => {
    return securityGroup(context, {
      key: 'redisgroup',
      description: 'Darkroom broker: only the host',
      ingress: [{ port: REDIS_PORT, from: needs.hostGroup }],
    });
  },
);
