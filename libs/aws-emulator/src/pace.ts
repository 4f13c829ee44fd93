/**
 * For how many polls a thing stays in between. No clock runs: each poll moves it on, so that a test is as fast as the
 * polling that it tests.
 */
export interface Pace {
  /** Calls naming a new object, each answered with NotFound; lists leave it out as long (SOURCES.md, S9, S33). */
  hiddenAfterCreate: number;
  /** RunInstances refused for a new instance profile, which IAM shows already (SOURCES.md, S12). */
  profileUnknownToEc2: number;
  /** DescribeInstances that say `pending`, and `shutting-down` at the end. */
  instanceStarting: number;
  instanceStopping: number;
  /** DescribeVolumes that say `creating`. */
  volumeCreating: number;
  /** DescribeLoadBalancers that say `provisioning`. */
  loadBalancerProvisioning: number;
  /** DescribeTargetHealth that say `initial`. */
  targetInitial: number;
  /** DescribeCacheClusters or DescribeReplicationGroups that say `creating`, `modifying`, `deleting`. */
  cacheCreating: number;
  cacheModifying: number;
  cacheDeleting: number;
  /** Looks for which a load balancer's network interfaces outlive it: DescribeNetworkInterfaces, DeleteSecurityGroup. */
  interfacesLinger: number;
  /** Looks at a new host before its agent has registered: DescribeInstanceInformation, SendCommand. No public source has a figure. */
  agentRegistering: number;
  /** Lists that still show what was deleted: ListSecrets. */
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

/** Everything takes a few polls, in the proportions of AWS. */
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
