/** What a person may choose for a stack. */
export interface Settings {
  /** Type of the host; its letters say the processor (t4g: arm64, t3: x86_64). */
  readonly instanceType: string;
  readonly cacheType: string;
  /** Who may reach the stack, as CIDR blocks of IPv4. */
  readonly allowCidrs: readonly string[];
  /** Who may reach the host by SSH; nobody when absent. Session Manager needs no port. */
  readonly sshCidr?: string;
  /** ARN of a certificate of ACM in the stack's region: with it HTTPS, and HTTP leads there. */
  readonly certificate?: string;
  /** Size of the volume that PostgreSQL lies on, in GiB. */
  readonly dataGib: number;
  /** Days that logs are kept. */
  readonly logDays: number;
}

/** The profile `demo`. */
export const DEMO: Settings = {
  instanceType: 't4g.small',
  cacheType: 'cache.t4g.micro',
  allowCidrs: ['0.0.0.0/0'],
  dataGib: 20,
  logDays: 14,
};

/** The port of the host that nginx listens on, for the load balancer alone. */
export const HOST_PORT = 8080;
/** The port of the broker. */
export const REDIS_PORT = 6379;
