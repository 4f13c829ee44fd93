import { defineProfile } from '../engine/profile.js';
import { alarms } from '../resources/alarm/alarms.js';
import { attachment } from '../resources/attachment.js';
import { bucket } from '../resources/bucket/bucket.js';
import { cacheParameterGroup } from '../resources/cache/cache-parameter-group.js';
import { cacheSubnetGroup } from '../resources/cache/cache-subnet-group.js';
import { replicationGroup } from '../resources/cache/replication-group.js';
import { dashboard } from '../resources/dashboard.js';
import { deployment } from '../resources/deployment.js';
import { host } from '../resources/host/host.js';
import { instanceProfile } from '../resources/instance-profile.js';
import { httpListener, httpsListener } from '../resources/load-balancer/listener.js';
import { loadBalancer } from '../resources/load-balancer/load-balancer.js';
import { registration } from '../resources/load-balancer/registration.js';
import { targetGroup } from '../resources/load-balancer/target-group.js';
import { logGroups } from '../resources/log-group.js';
import { remembered } from '../resources/remembered.js';
import { hostRole } from '../resources/role.js';
import { secrets } from '../resources/secret.js';
import { balancerGroup, hostGroup, redisGroup } from '../resources/security-group/security-groups.js';
import { dataVolume } from '../resources/volume.js';

/** One host in the default VPC, behind a load balancer, with a broker and a bucket. */
export const demo = defineProfile('demo', {
  options: remembered,
  balancerGroup,
  hostGroup,
  redisGroup,
  secret: secrets,
  bucket,
  logs: logGroups,
  redisParameters: cacheParameterGroup,
  redisSubnets: cacheSubnetGroup,
  redis: replicationGroup,
  role: hostRole,
  instanceProfile,
  volume: dataVolume,
  host,
  attachment,
  deployment,
  loadBalancer,
  targetGroup,
  registration,
  httpListener,
  httpsListener,
  alarms,
  dashboard,
});
