import type { Context } from '../context.js';
import type { Resource } from '../engine/resource.js';
import { HOURS_A_MONTH, total, type Monthly } from '../prices/prices.js';
import type { Alarm } from '../resources/alarm/alarm.js';
import type { Deployment } from '../resources/deployment.js';
import type { Host } from '../resources/host/host-state.js';
import type { LoadBalancer } from '../resources/load-balancer/load-balancer.js';
import type { Registration } from '../resources/load-balancer/registration.js';
import { stackResources } from '../stack-resources.js';
import { inventory } from './inventory.js';

/** What there is of a stack. */
export interface Status {
  objects: { kind: string; name: string; now: string; pending: string | undefined }[];
  address: string | undefined;
  /** The hash of what runs. */
  release: string | undefined;
  /** True when the load balancer finds the host ready. */
  healthy: boolean;
  /** What the load balancer finds of the host, in AWS's word: `healthy`, `unhealthy`, `initial` … */
  targets: { id: string; state: string }[];
  /** Alarms that ring. */
  alarms: { name: string; since: string | undefined; description: string }[];
  /** Of the host, ISO 8601. */
  since: string | undefined;
  monthly: Monthly;
  /** Dollars since the host was launched, at the prices of the table. */
  soFar: number | undefined;
}

/** Looks at a stack, with read calls alone. */
export async function status(context: Context): Promise<Status> {
  const there = await inventory(stackResources(context));
  const seen = (key: string) => there.find((one) => one.key === key)?.seen;
  const monthly = total(there.map(({ costs }) => costs));
  const since = (seen('host') as Host | undefined)?.launchedAt;
  const { targets = [] } = (seen('registration') as Registration | undefined) ?? {};
  return {
    objects: there.map(objectOf),
    address: addressOf(seen('alb') as LoadBalancer | undefined, context),
    release: (seen('deployment') as Deployment | undefined)?.release,
    healthy: targets.some(({ state }) => state === 'healthy'),
    targets,
    alarms: ringing(there),
    since,
    monthly,
    soFar: since === undefined ? undefined : costSince(since, monthly),
  };
}

function ringing(there: readonly Resource[]): Status['alarms'] {
  return there
    .filter(({ kind }) => kind === 'alarm')
    .map(({ name, seen }) => ({ name, ...(seen as Alarm) }))
    .filter(({ state }) => state === 'ALARM')
    .map(({ name, since, description }) => ({ name, since, description }));
}

function objectOf(resource: Resource) {
  const { kind, name, seen } = resource;
  return { kind, name, now: resource.describe(seen), pending: resource.pending?.(seen) };
}

function costSince(since: string, { amount = 0 }: Monthly): number {
  const hours = (Date.now() - Date.parse(since)) / 3_600_000;
  return (amount / HOURS_A_MONTH) * hours;
}

/** Where the stack is reached; with a certificate, its own name has to lead to this one. */
export function addressOf(
  balancer: LoadBalancer | undefined,
  { settings }: Pick<Context, 'settings'>,
): string | undefined {
  if (balancer === undefined) return undefined;
  return `${settings.certificate === undefined ? 'http' : 'https'}://${balancer.dnsName}`;
}
