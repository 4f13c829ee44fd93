import { addressOf } from '../address-of.js';
import type { Context } from '../context.js';
import { inventory } from '../engine/inventory.js';
import { listResources } from '../engine/profile.js';
import type { Resource } from '../engine/resource.js';
import { HOURS_A_MONTH, total, type Monthly } from '../prices/prices.js';
import type { Alarm } from '../resources/alarm/alarm.js';
import { stackResources } from '../stack-resources.js';

/** What exists of a stack. */
export interface Status {
  objects: { kind: string; name: string; now: string; pending: string | undefined }[];
  address: string | undefined;
  /** The hash of the running release. */
  release: string | undefined;
  /** True when the host passes the load balancer's health check. */
  healthy: boolean;
  /** The state of each host as AWS names it: `healthy`, `unhealthy`, `initial` … */
  targets: { id: string; state: string }[];
  /** Alarms in the state ALARM. */
  alarms: { name: string; since: string | undefined; description: string }[];
  /** When the host was launched, ISO 8601. */
  since: string | undefined;
  monthly: Monthly;
  /** Dollars since the host was launched, at the prices of the table. */
  soFar: number | undefined;
}

/** Reads the status of a stack. It writes nothing. */
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
