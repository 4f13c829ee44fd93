/**
 * The number of polls that transitional states last. No clock runs: each poll advances the state, so a test is as fast
 * as its polling.
 */
export interface Pace {
  /** Calls with the id of a new object that fail with NotFound; as many lists omit it (SOURCES.md, S9, S33). */
  hiddenAfterCreate: number;
  /** RunInstances calls that are refused for a new instance profile, which IAM already shows (SOURCES.md, S12). */
  profileUnknownToEc2: number;
  /** DescribeInstances calls that show `pending`, or `shutting-down` at the end. */
  instanceStarting: number;
  instanceStopping: number;
  /** DescribeVolumes calls that show `creating`. */
  volumeCreating: number;
  /** DescribeLoadBalancers calls that show `provisioning`. */
  loadBalancerProvisioning: number;
  /** DescribeTargetHealth calls that show `initial`. */
  targetInitial: number;
  /** DescribeCacheClusters or DescribeReplicationGroups calls that show `creating`, `modifying`, `deleting`. */
  cacheCreating: number;
  cacheModifying: number;
  cacheDeleting: number;
  /** DescribeNetworkInterfaces or DeleteSecurityGroup calls for which a load balancer's interfaces outlive it. */
  interfacesLinger: number;
  /** DescribeInstanceInformation or SendCommand calls until a new host's agent registers. No public source. */
  agentRegistering: number;
  /** ListSecrets calls that still show a deleted secret. */
  listsLag: number;
}

/** Nothing takes time. */
export const INSTANT: Readonly<Pace> = {
  hiddenAfterCreate: 0,
  profileUnknownToEc2: 0,
  instanceStarting: 0,
  instanceStopping: 0,
  volumeCreating: 0,
  loadBalancerProvisioning: 0,
  targetInitial: 0,
  cacheCreating: 0,
  cacheModifying: 0,
  cacheDeleting: 0,
  interfacesLinger: 0,
  agentRegistering: 0,
  listsLag: 0,
};

/** Everything takes a few polls, in proportion to AWS. */
export const STEPWISE: Readonly<Pace> = {
  hiddenAfterCreate: 1,
  profileUnknownToEc2: 2,
  instanceStarting: 2,
  instanceStopping: 2,
  volumeCreating: 1,
  loadBalancerProvisioning: 2,
  targetInitial: 2,
  cacheCreating: 3,
  cacheModifying: 2,
  cacheDeleting: 3,
  interfacesLinger: 2,
  agentRegistering: 1,
  listsLag: 2,
};
