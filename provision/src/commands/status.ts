import type { Context } from '../context.js';
import { listResources } from '../engine/profile.js';
import type { Resource } from '../engine/resource.js';
import { HOURS_A_MONTH, total, type Monthly } from '../prices/prices.js';
import type { Alarm } from '../resources/alarm/alarm.js';
import type { LoadBalancer } from '../resources/load-balancer/load-balancer.js';
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
  const resources = stackResources(context);
  const there = await inventory(listResources(resources));
  const monthly = total(there.map(({ costs }) => costs));
  const since = resources.host.seen?.launchedAt;
  const { targets = [] } = resources.registration.seen ?? {};
  return {
    objects: there.map(objectOf),
    address: addressOf(resources.loadBalancer.seen, context),
    release: resources.deployment.seen?.release,
    healthy: targets.some(({ state }) => state === 'healthy'),
    targets,
    alarms: ringing(resources.alarms),
    since,
    monthly,
    soFar: since === undefined ? undefined : costSince(since, monthly),
  };
}

function ringing(alarms: readonly Resource<Alarm>[]): Status['alarms'] {
  return alarms.flatMap(({ name, seen }) =>
    seen?.state === 'ALARM' ? [{ name, since: seen.since, description: seen.description }] : [],
  );
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
